# SPDX-License-Identifier: Apache-2.0
"""What is gathered over many cases says nothing of those that the reader may not know of."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from krama.server.accounts.models import User
from krama.server.cases.actions import sight
from krama.server.cases.actions.decide import note_view
from krama.server.cases.models import Case
from krama.server.cases.proofs.cases import decided_in_time
from krama.server.desk import state
from krama.server.desk.pages import trail
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("role", ["officer", "auditor", "administrator"])
def test_the_trail_keeps_acts_in_a_case_from_whoever_stands_in_it(role: str) -> None:
    person, other = builders.person(role), builders.person(role)
    case = builders.case(account="own")
    note_view(builders.person("lead"), case=case)
    assert case.ref in page(person, "/trail")
    sight.declare_accounts(person, ids=["own"])
    seen = page(person, "/trail")
    assert case.ref not in seen
    assert "The case was read" not in seen
    assert "An act in a case that is closed to you" in seen
    assert case.ref in page(other, "/trail")


def test_a_trail_that_hides_nothing_is_seen_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "hidden_refs", lambda reader, refs: set())
    person, case = builders.person("auditor"), builders.case(account="own")
    sight.declare_accounts(person, ids=["own"])
    assert case.ref in page(person, "/trail")


def test_today_counts_only_what_one_may_see() -> None:
    reviewer, lead = builders.person("reviewer"), builders.person("lead")
    case = builders.case()
    Case.objects.update(due_at=timezone.now() - timedelta(hours=5), sensitivity="restricted")
    late = [state.figures(reader)[1]["chip"]["kind"] for reader in (reviewer, lead)]
    assert late == ["ok", "stop"]
    assert case.ref not in page(reviewer, "/today")
    assert case.ref in page(lead, "/today")


def test_today_says_how_many_looks_are_to_come_and_for_how_long() -> None:
    officer, case = builders.person("officer"), builders.case()
    for to in ("sealed", "normal"):
        sight.change_sensitivity(officer, case=case, to=to, reason="Made up.")
    case.looks.update(asked_at=timezone.now() - timedelta(days=3, hours=1))
    assert "1 second look is still to come, for 3 days." in page(officer, "/today")
    assert "second look is still" not in page(builders.person("reviewer"), "/today")


def test_a_live_proof_names_no_case() -> None:
    case = builders.case()
    Case.objects.update(due_at=timezone.now() - timedelta(hours=5))
    seen = decided_in_time(timezone.now())
    assert seen.figures["hours"] == 5
    assert case.ref not in json.dumps(seen.figures)


def test_ones_own_accounts_are_kept_as_hashes_and_go_with_whoever_leaves() -> None:
    person = builders.person("auditor")
    sight.declare_accounts(person, ids=["mine"])
    assert "1 account" in page(person, "/my-accounts")
    assert "mine" not in str(list(Entry.objects.values_list("details", flat=True)))
    assert sight.forget_gone() == 0
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert sight.forget_gone() == 1

# SPDX-License-Identifier: Apache-2.0
"""The trail taken along from its page: whole, verified with the key that stands there, and never by who is kept out."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from krama.ledger import PublicKey, read_bundle, verify_bundle
from krama.server.accounts.models import User
from krama.server.cases.actions import sight
from krama.server.cases.actions.decide import note_view
from krama.server.desk.pages import trail
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_what_the_page_hands_out_verifies_with_the_key_that_stands_on_it(tmp_path: Path) -> None:
    auditor, case = builders.person("auditor"), builders.case(account="a-child")
    note_view(builders.person("lead"), case=case)
    client = signed_in(auditor)
    page = html.unescape(client.get("/trail").content.decode())
    key = re.search(r"<pre[^>]*>(krama/trail/[^<]+)</pre>", page)
    assert key, page
    answer = client.post("/trail/bundle")
    assert answer.status_code == 200
    file = tmp_path / "trail.krama"
    file.write_bytes(answer.content)
    bundle = read_bundle(file)
    assert verify_bundle(bundle, PublicKey.parse(key[1])).ok
    assert any(case.ref in line.text for line in bundle.lines)
    assert not any("a-child" in line.text for line in bundle.lines)
    taken = Entry.objects.get(event=Event.TRAIL_EXPORTED)
    assert (taken.actor_kind, taken.actor_id) == ("person", auditor.actor_id)


@pytest.mark.parametrize("role", ["officer", "auditor", "administrator"])
def test_who_is_kept_out_of_a_case_does_not_take_the_trail_along(role: str) -> None:
    person = builders.person(role)
    builders.case(account="own")
    sight.declare_accounts(person, ids=["own"])
    answer = signed_in(person).post("/trail/bundle")
    assert answer.status_code == 403
    assert "You are kept out of a case" in answer.content.decode()
    assert not Entry.objects.filter(event=Event.TRAIL_EXPORTED).exists()


def test_a_page_that_asks_nobody_is_seen_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "is_kept_out", lambda person: False)
    person = builders.person("officer")
    builders.case(account="own")
    sight.declare_accounts(person, ids=["own"])
    assert signed_in(person).post("/trail/bundle").status_code == 200

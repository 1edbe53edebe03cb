# SPDX-License-Identifier: Apache-2.0
"""Retention periods: a reason each time, two people where it weighs, and no hold gives way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput, Conflict
from krama.server.cases.queries.case import compartments_of
from krama.server.compartments import queries
from krama.server.compartments.actions import hold
from krama.server.compartments.actions.period import LEAST, MOST, accept, needs_two, propose, refuse
from krama.server.compartments.models import Compartment, Kind, Period, PeriodChange
from krama.server.compartments.schedule import schedule, shipped, would_go
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.confidentiality.made_lines import client

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BROUGHT = shipped()["case"].days


def asked(days: int, by: Any = None, reason: str = "Prakas 12") -> PeriodChange:
    return propose(by or builders.person("officer"), kind="case", days=days, reason=reason)


def days() -> int:
    return schedule()["case"].days


def test_shorter_waits_for_a_second_person_and_back_again_does_not() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    row = asked(100, officer)
    assert (row.state, days()) == ("proposed", BROUGHT)
    with pytest.raises(Conflict, match="another person"):
        accept(officer, change=row.pk)
    with pytest.raises(Conflict, match="waits already"):
        asked(90)
    accept(lead, change=row.pk)
    assert (days(), schedule()["case"].en) == (100, "Prakas 12")
    assert (asked(BROUGHT, officer).state, days()) == ("holds", BROUGHT)
    assert Entry.objects.filter(event="period:changed").count() == 2
    with pytest.raises(Conflict, match="already"):
        refuse(lead, change=row.pk)


def test_longer_than_krama_brings_waits_too_and_a_refusal_changes_nothing() -> None:
    row = asked(BROUGHT + 1)
    assert row.state == "proposed"
    refuse(builders.person("lead"), change=row.pk)
    assert (days(), Period.objects.count()) == (BROUGHT, 0)
    assert Entry.objects.filter(event="period:refused").exists()


def test_another_reason_for_the_same_days_is_taken_and_nothing_new_is_not() -> None:
    assert asked(BROUGHT, reason="Law 5").state == "holds"
    with pytest.raises(BadInput, match="Nothing"):
        asked(BROUGHT, reason="Law 5")


@pytest.mark.parametrize(
    ("number", "reason"), [(LEAST - 1, "x"), (MOST + 1, "x"), (100, " "), (100, "x" * 301), (100, "\x00")]
)
def test_bounds_and_a_reason(number: int, reason: str) -> None:
    with pytest.raises(BadInput):
        asked(number, reason=reason)


def test_the_database_itself_refuses_one_person_for_both() -> None:
    row = asked(100)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodChange.objects.filter(pk=row.pk).update(state="holds", decided_by=row.proposed_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodChange.objects.filter(pk=row.pk).update(state="holds", decided_by="")


def test_no_period_touches_what_is_held() -> None:
    of = builders.decision(builders.case(account="somebody"), reason="words").case
    Compartment.objects.update(clock_from=timezone.now() - timedelta(days=200))
    case_alone = Compartment.objects.filter(kind="case").count()
    assert would_go("case", 100, timezone.now()) == case_alone > 0
    officer, lead = builders.person("officer"), builders.person("lead")
    hold.place(officer, scope=f"case:{of.ref}", compartments=compartments_of(of), basis="order", reference="Letter 1")
    assert would_go("case", 100, timezone.now()) == 0
    accept(lead, change=asked(100, officer).pk)
    assert [row.pk for row, _why in queries.due(timezone.now())] == []


def test_what_was_proposed_before_another_change_is_proposed_anew() -> None:
    row = asked(100)
    Period.objects.create(kind="case", days=200, reason="Meanwhile", changed_at=timezone.now())
    with pytest.raises(Conflict, match="has changed"):
        accept(builders.person("lead"), change=row.pk)


@given(st.integers(LEAST, MOST), st.integers(LEAST, MOST), st.integers(LEAST, MOST))
def test_one_person_alone_never_destroys_sooner_nor_keeps_longer_than_krama_brings(
    old: int, new: int, brought: int
) -> None:
    if not needs_two(old, new, brought):
        assert new >= old
        assert new <= max(old, brought)


def test_the_page_by_role_and_what_it_says_of_holds() -> None:
    officer, lead, auditor = (client(builders.person(role)) for role in ("officer", "lead", "auditor"))
    address = reverse("confidentiality:period_propose", args=["case"])
    assert auditor.post(address, {"days": 100, "reason": "x"}).status_code == 403
    assert officer.post(address, {"days": 1, "reason": "x"}).status_code == 422
    assert officer.post(address, {"days": BROUGHT, "reason": ""}).status_code == 422
    assert officer.post(address, {"days": 100, "reason": "Prakas 12"}).status_code == 302
    row = PeriodChange.objects.get()
    assert "Prakas 12" in auditor.get(reverse("confidentiality:periods")).content.decode()
    assert officer.post(reverse("confidentiality:period_accept", args=[row.pk])).status_code == 409
    assert lead.post(reverse("confidentiality:period_accept", args=[row.pk])).status_code == 302
    page = officer.get(reverse("confidentiality:periods")).content.decode()
    assert "A hold is stronger" in page
    assert days() == 100
    unknown = reverse("confidentiality:period_propose", args=["nothing"])
    assert officer.post(unknown, {"days": 100, "reason": "x"}).status_code == 404
    assert set(schedule()) == set(Kind.values)

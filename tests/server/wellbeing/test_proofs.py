# SPDX-License-Identifier: Apache-2.0
"""The proof says that those who review are looked after, and nothing about any one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.server.accounts.models import User
from krama.server.wellbeing import actions
from krama.server.wellbeing.models import Care, Exposure
from krama.server.wellbeing.proofs import reviewers_protected
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def seen() -> Any:
    return reviewers_protected(timezone.now())


def name_counsellor(days_ago: int = 0, minutes: int = 240) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    row = Care(counsellor="Somebody outside", contact="000", verified_on=day, daily_minutes=minutes)
    actions.set_care(builders.person("administrator"), row=row)


def yesterday(minutes: int) -> User:
    """A person who had cases before them for so long yesterday."""
    person: User = builders.person("lead")
    actions.note(person, case=builders.case())
    fresh = Exposure.objects.filter(on=timezone.localdate())
    fresh.update(on=timezone.localdate() - timedelta(days=1), seconds=minutes * 60)
    return person


def test_on_an_empty_installation_it_proves_nothing() -> None:
    name_counsellor()
    assert seen().state == "unknown"


def test_no_counsellor_or_one_that_nobody_called_is_red() -> None:
    yesterday(10)
    assert (seen().state, "No counsellor" in seen().cause) == ("fail", True)
    name_counsellor(days_ago=366)
    assert (seen().state, "in time" in seen().cause) == ("fail", True)
    name_counsellor(days_ago=-2)
    assert seen().state == "fail", "a day to come was written by a wrong clock"
    name_counsellor()
    assert seen().state == "pass"


def test_a_firm_that_allows_more_than_four_hours_is_red() -> None:
    yesterday(10)
    name_counsellor(minutes=300)
    assert seen().state == "fail"


@pytest.mark.parametrize("people", [1, 4])
def test_of_fewer_than_five_nothing_is_said(people: int) -> None:
    name_counsellor()
    for _one in range(people):
        yesterday(600)
    assert seen().state == "pass"
    assert (seen().figures["people"], seen().figures["over"]) == (None, None)


def test_of_five_their_days_are_counted_together() -> None:
    name_counsellor()
    for minutes in (30, 100, 240, 249, 251):
        yesterday(minutes)
    assert (seen().state, seen().figures["people"], seen().figures["over"]) == ("fail", 5, 1)
    Exposure.objects.update(seconds=249 * 60)  # what was begun was finished
    assert (seen().state, seen().figures["over"]) == ("pass", 0)

# SPDX-License-Identifier: Apache-2.0
"""What somebody had in front of them is counted from what they did, generously, not for long, and for them alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from krama.server.accounts.models import User
from krama.server.compartments.models import Pseudonym
from krama.server.trail.models import Entry
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.kinds import Kind
from krama.server.wellbeing.models import Choice, Exposure, PassedOn, Watch
from krama.server.wellbeing.whose import whose
from tests.server import builders
from tests.server.wellbeing.hours import later, work

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def reviewer() -> Any:
    return builders.person("reviewer")


def row_of(person: User) -> Exposure:
    return Exposure.objects.get(whose=whose(person))


def test_opening_a_case_counts_its_items_once_and_a_minute_at_least(reviewer: Any) -> None:
    case = builders.case()
    actions.note(reviewer, case=case, items=3)
    actions.note(reviewer, case=case, items=2)
    row = row_of(reviewer)
    assert (row.items, row.seconds, row.severity, row.on) == (3, 60, case.severity, timezone.localdate())


def test_an_act_counts_until_the_next_ten_minutes_at_most(reviewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real, day = timezone.now, timezone.localtime()
    to_noon = day.replace(hour=12, minute=0) - day  # two hours ago is today, whenever this runs
    monkeypatch.setattr(timezone, "now", lambda: real() + to_noon)
    case = builders.case()
    actions.note(reviewer, case=case)
    later(reviewer, 4)
    actions.note(reviewer, case=case)
    assert row_of(reviewer).seconds == 60 + 240
    later(reviewer, 120)
    assert queries.day_of(reviewer).minutes == 1 + 4 + 10, "also before they do the next thing"
    actions.note(reviewer, case=case)
    assert row_of(reviewer).seconds == 60 + 240 + 600


def test_a_clock_that_is_set_back_takes_nothing_away(reviewer: Any) -> None:
    case = builders.case()
    actions.note(reviewer, case=case)
    later(reviewer, -300)
    actions.note(reviewer, case=case)
    assert row_of(reviewer).seconds == 60
    Watch.objects.update(resting_until=timezone.now() + timedelta(days=400))
    assert queries.day_of(reviewer).resting_until is None, "nobody rests for a year because of a wrong clock"


def test_the_time_goes_to_the_case_that_they_were_at_and_its_day(reviewer: Any) -> None:
    first, second = builders.case(), builders.case()
    actions.note(reviewer, case=first)
    Exposure.objects.update(on=F("on") - timedelta(days=1))
    later(reviewer, 24 * 60)
    actions.note(reviewer, case=second)
    assert Exposure.objects.get(case=first).seconds == 60 + 600
    assert Exposure.objects.get(case=second).seconds == 60


def test_the_page_counts_and_the_trail_says_no_more_than_it_did(reviewer: Any) -> None:
    case, client = builders.case(account="one"), Client()
    client.force_login(reviewer)
    assert client.get(f"/cases/{case.ref}").status_code == 200
    assert row_of(reviewer).items == 1
    face = Pseudonym.objects.get(scope=f"case:{case.ref}")
    assert client.post(f"/cases/{case.ref}/open", {"pseudonym": face.pk, "purpose": "protect"}).status_code == 302
    assert (row_of(reviewer).identities, row_of(reviewer).texts) == (1, 0)
    mine = Entry.objects.filter(actor_id=reviewer.actor_id).values_list("event", flat=True)
    assert set(mine) == {"staff:signed-in", "case:viewed", "identity:opened"}


def test_no_row_names_whose_it_is(reviewer: Any) -> None:
    actions.note(reviewer, case=builders.case())
    actions.choose(reviewer, minutes=60, kinds=["threat"])
    for table in (Exposure, Watch, Choice, PassedOn):
        fields = [field.related_model for field in table._meta.get_fields()]
        assert User not in fields
    assert b"threat" not in bytes(Choice.objects.get().sealed)


def test_what_somebody_chose_has_one_length(reviewer: Any) -> None:
    lengths = set()
    for kinds in ([], ["threat"], sorted(Kind.values)):
        actions.choose(reviewer, minutes=None, kinds=kinds)
        lengths.add(len(bytes(Choice.objects.get().sealed)))
    assert len(lengths) == 1


def test_it_is_forgotten_after_eight_days_and_with_whoever_is_gone(reviewer: Any) -> None:
    other, case = builders.person("lead"), builders.case()
    for person in (reviewer, other):
        work(person, case, 5)
        actions.choose(person, minutes=60, kinds=[])
    assert actions.forget() == 0
    Exposure.objects.filter(whose=whose(other)).update(on=timezone.localdate() - timedelta(days=9))
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    actions.forget()
    assert not Exposure.objects.exists()
    assert [row.whose for row in Choice.objects.all()] == [whose(other)]
    assert [row.whose for row in Watch.objects.all()] == [whose(other)]


def test_a_case_passed_on_is_forgotten_when_it_is_long_closed(reviewer: Any) -> None:
    case = builders.case()
    actions.pass_on(reviewer, case=case)
    builders.decision(case)
    actions.forget()
    assert PassedOn.objects.count() == 1, "it may be opened again"
    case.refresh_from_db()
    case.closed_at = timezone.now() - timedelta(days=31)
    case.save()
    actions.forget()
    assert not PassedOn.objects.exists()

# SPDX-License-Identifier: Apache-2.0
"""Until when a case is due: by gravity and lane, paused while somebody is waited for, said when it is soon or late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.cases import clocks, tick
from krama.server.cases.actions.pause import end_overdue, go_on_now, pause
from krama.server.cases.collecting.collect import mark_emergency, sharpen
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.models import Case, Lane, Pause, Severity
from krama.server.cases.queries.case import reference_of
from krama.server.countries import queries as countries
from krama.server.intake.actions.take import PUBLIC, add, take
from krama.server.intake.models import Report
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
AUTHORITY = Pause.Reason.AUTHORITY


def ordinary(**facts: Any) -> Case:
    """An open case that nobody hurries about, due in ten hours."""
    case: Case = builders.case()
    given = {"severity": "low", "lane": "ordinary", "due_at": timezone.now() + 10 * HOUR} | facts
    Case.objects.filter(pk=case.pk).update(**given)
    case.refresh_from_db()
    return case


def events(case: Case) -> list[str]:
    rows = Entry.objects.filter(subject_kind="case", subject_id=case.ref, event__startswith="clock:")
    return list(rows.order_by("at").values_list("event", flat=True))


def in_working_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people changed the country's facts: an ordinary low case has two working days."""
    pack = countries.pack()
    changed = [
        replace(clock, amount=2, unit="working-days") if clock.id in ("case-low", "lane-fast") else clock
        for clock in pack.clocks
    ]
    monkeypatch.setattr(clocks, "pack", lambda: replace(pack, clocks=tuple(changed)))


def test_the_shorter_of_gravity_and_lane_holds(settings: Any) -> None:
    now = timezone.now()
    assert clocks.due_at("low", now) == now + 72 * HOUR
    assert clocks.due_at("low", now, "fast") == now + 4 * HOUR
    assert clocks.due_at("critical", now, "fast") == now + HOUR
    settings.KRAMA_CLOCKS = {"low": 2.0}
    assert clocks.due_at("low", now) == now + 2 * HOUR


def test_working_days_pass_over_the_weekend_but_only_in_the_ordinary_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    in_working_days(monkeypatch)
    friday = datetime.fromisoformat("2026-11-27T16:00+07:00")
    assert clocks.due_at("low", friday) == datetime.fromisoformat("2026-12-01T16:00+07:00")
    assert clocks.due_at("low", friday, "fast") == friday + 18 * HOUR, "nights and Saturdays count"
    assert clocks.due_at("low", friday, "emergency") == friday + HOUR


def test_a_holiday_counts_for_nobody_and_an_emergency_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    in_working_days(monkeypatch)
    new_years_eve = datetime.fromisoformat("2026-12-31T16:00+07:00")
    assert clocks.due_at("low", new_years_eve) == datetime.fromisoformat("2027-01-05T16:00+07:00")
    assert clocks.due_at("critical", new_years_eve, "emergency") == new_years_eve + HOUR


def test_a_pause_moves_the_time_and_going_on_gives_back_what_was_left() -> None:
    person, case = builders.person(), ordinary()
    due = case.due_at
    pause(person, case=case, reason="reporter", days=3)
    case.refresh_from_db()
    assert abs(case.due_at - (due + 3 * DAY)) < SECOND
    go_on_now(person, case=case)
    case.refresh_from_db()
    assert abs(case.due_at - due) < SECOND
    assert events(case) == ["clock:paused", "clock:goes-on"]
    with pytest.raises(Conflict):
        go_on_now(person, case=case)


def test_a_pause_ends_by_itself_and_the_time_that_was_said_holds() -> None:
    case = ordinary()
    pause(builders.person(), case=case, reason="firm", days=1)
    case.refresh_from_db()
    promised = case.due_at
    Pause.objects.update(begun_at=timezone.now() - 2 * DAY, until=timezone.now() - DAY)
    assert end_overdue() == 1
    assert end_overdue() == 0
    case.refresh_from_db()
    assert case.due_at == promised
    assert Pause.objects.get().ended_at == Pause.objects.get().until


def test_no_clock_of_an_emergency_a_late_or_a_closed_case_stands_still() -> None:
    person = builders.person()
    for facts in (
        {"is_emergency": True},
        {"lane": "emergency"},
        {"due_at": timezone.now() - SECOND},
        {"state": "closed"},
    ):
        with pytest.raises(Conflict):
            pause(person, case=ordinary(**facts), reason="firm", days=1)
    assert not Pause.objects.exists()


def test_an_emergency_lets_a_clock_go_on_at_once() -> None:
    case = ordinary()
    pause(builders.person(), case=case, reason="firm", days=7)
    mark_emergency(Case.objects.get(pk=case.pk))
    case.refresh_from_db()
    assert case.due_at <= timezone.now() + HOUR
    assert case.lane == Lane.EMERGENCY
    assert not Pause.objects.filter(ended_at=None).exists()


def test_something_graver_lets_it_go_on_and_nothing_makes_it_later() -> None:
    case = ordinary()
    pause(builders.person(), case=case, reason="firm", days=7)
    case.refresh_from_db()
    sharpen(case, Severity.LOW, Lane.ORDINARY)
    assert Pause.objects.filter(ended_at=None).exists(), "the same again changes nothing"
    sharpen(case, Severity.LOW, Lane.FAST)
    case.refresh_from_db()
    assert case.due_at <= timezone.now() + 4 * HOUR
    sharpen(case, Severity.MEDIUM, Lane.ORDINARY)
    case.refresh_from_db()
    assert (case.severity, case.lane) == ("medium", "fast")
    assert case.due_at <= timezone.now() + 4 * HOUR


def test_the_answer_that_was_waited_for_lets_it_go_on() -> None:
    from krama.server.cases.collecting.collect import collect

    report: Report = take(PUBLIC, pk=uuid4(), topic="other", door="page", language="km", answers={})
    collect()
    case = Case.objects.get()
    pause(builders.person(), case=case, reason="reporter", days=3)
    add(PUBLIC, report=report, question="words", said="here it is", mark="m")
    collect_late()
    assert not Pause.objects.filter(ended_at=None).exists()
    case.refresh_from_db()
    assert case.due_at < timezone.now() + 72 * HOUR + SECOND


def test_a_letter_needs_its_reference_which_lies_sealed() -> None:
    person, case = builders.person(), ordinary()
    with pytest.raises(BadInput):
        pause(person, case=case, reason=AUTHORITY, days=10)
    made = pause(person, case=case, reason=AUTHORITY, days=10, reference="letter 12 of the court")
    assert b"letter 12" not in bytes(made.sealed_reference or b"")
    assert reference_of(Pause.objects.get()) == "letter 12 of the court"


@pytest.mark.parametrize(("reason", "days"), [("tired", 1), ("firm", 0), ("firm", 8), ("reporter", 8)])
def test_other_reasons_and_longer_pauses_are_refused(reason: str, days: int) -> None:
    with pytest.raises(BadInput):
        pause(builders.person(), case=ordinary(), reason=reason, days=days)


def test_a_case_does_not_wait_for_ever() -> None:
    person, case = builders.person(), ordinary()
    old = timezone.now() - 60 * DAY
    Pause.objects.create(
        case=case, reason="firm", begun_at=old, until=old + 40 * DAY, left=HOUR, ended_at=old + 40 * DAY
    )
    with pytest.raises(Conflict):
        pause(person, case=case, reason="firm", days=6)
    pause(person, case=case, reason="firm", days=5)


def test_a_clock_set_back_by_hand_makes_no_case_later() -> None:
    case = ordinary()
    pause(builders.person(), case=case, reason="firm", days=2)
    case.refresh_from_db()
    promised = case.due_at
    ahead = timezone.now() + DAY
    Pause.objects.update(begun_at=ahead)
    go_on_now(builders.person(), case=case)
    case.refresh_from_db()
    assert case.due_at <= promised
    assert Pause.objects.get().ended_at == ahead


def test_a_decision_ends_the_pause() -> None:
    case = ordinary()
    pause(builders.person(), case=case, reason="firm", days=2)
    builders.decision(case)
    assert not Pause.objects.filter(ended_at=None).exists()


def test_soon_and_late_are_said_once_each_and_again_when_the_time_moved() -> None:
    case = ordinary(due_at=timezone.now() + timedelta(minutes=30), opened_at=timezone.now() - 9 * HOUR)
    assert [tick.tick(), tick.tick()] == [1, 0]
    Case.objects.update(due_at=timezone.now() - SECOND)
    assert [tick.tick(), tick.tick()] == [1, 0]
    assert events(case) == ["clock:soon", "clock:late"]


def test_a_short_clock_is_not_soon_from_its_first_minute() -> None:
    ordinary(opened_at=timezone.now(), due_at=timezone.now() + HOUR)
    assert tick.tick() == 0
    Case.objects.update(opened_at=timezone.now() - timedelta(minutes=50), due_at=timezone.now() + timedelta(minutes=10))
    assert tick.tick() == 1


def test_what_a_wrong_clock_called_late_may_become_late_again() -> None:
    case = ordinary(clock_said="late")
    assert tick.tick() == 0
    Case.objects.update(due_at=timezone.now() - SECOND)
    tick.tick()
    assert events(case) == ["clock:late"]


def test_a_closed_case_says_nothing() -> None:
    ordinary(state="closed", due_at=timezone.now() - HOUR)
    assert tick.tick() == 0

# SPDX-License-Identifier: Apache-2.0
"""Time is counted as it passes; in office hours only while somebody works, also on the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.triage import after, counted, office_hours

PHNOM_PENH, BERLIN = "Asia/Phnom_Penh", "Europe/Berlin"
NEW_YEAR = date(2027, 1, 1)


def hours(text: str = "mon-fri 08:00-17:00", zone: str = PHNOM_PENH, free: date = NEW_YEAR):  # type: ignore[no-untyped-def]
    return office_hours(text, zone, lambda day: day == free)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_without_office_hours_time_runs_through_the_night() -> None:
    assert after(at("2026-11-27T22:00+07:00"), timedelta(hours=4)) == at("2026-11-28T02:00+07:00")


def test_office_hours_pass_over_night_weekend_and_holiday() -> None:
    friday = at("2026-11-27T16:00+07:00")
    assert after(friday, timedelta(hours=4), hours()) == at("2026-11-30T11:00+07:00")
    before_the_feast = at("2026-12-31T16:30+07:00")
    assert after(before_the_feast, timedelta(hours=1), hours()) == at("2027-01-04T08:30+07:00")


def test_what_comes_in_at_night_is_counted_from_the_morning() -> None:
    assert after(at("2026-11-26T23:00+07:00"), timedelta(hours=1), hours()) == at("2026-11-27T09:00+07:00")
    assert after(at("2026-11-26T23:00+07:00"), timedelta(), hours()) == at("2026-11-27T08:00+07:00")


def test_hours_over_the_night_of_a_change_of_time_are_counted_as_they_were() -> None:
    """In Berlin the clocks went back on 25 October 2026 at three: that Sunday from 0:00 to 6:00 had seven hours."""
    whole = hours("mon-sun 00:00-06:00", BERLIN)
    assert counted(at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00"), whole) == timedelta(hours=7)
    assert counted(at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00"), whole) == timedelta(hours=5)


def test_a_clock_set_back_counts_nothing() -> None:
    assert counted(at("2026-11-27T10:00+07:00"), at("2026-11-27T09:00+07:00"), hours()) == timedelta()
    assert counted(at("2026-11-27T10:00+07:00"), at("2026-11-27T09:00+07:00")) == timedelta()


def test_a_week_may_begin_on_any_day() -> None:
    assert office_hours("sat-mon 08:00-12:00", PHNOM_PENH, lambda day: False).days == {5, 6, 0}  # type: ignore[union-attr]
    assert office_hours(" ", PHNOM_PENH, lambda day: False) is None


@pytest.mark.parametrize("text", ["always", "mon-fri 17:00-08:00", "mon-fri 25:00-26:00", "mo-fr 08:00-17:00"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"form|closes|hour must"):
        office_hours(text, PHNOM_PENH, lambda day: False)


def test_an_office_that_never_opens_is_said() -> None:
    with pytest.raises(ValueError, match="nobody works"):
        after(
            at("2026-11-27T10:00+07:00"),
            timedelta(hours=1),
            office_hours("mon-fri 08:00-17:00", BERLIN, lambda _: True),
        )


moments = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed)
lengths = st.timedeltas(timedelta(), timedelta(days=20))
offices = st.sampled_from([None, hours(), hours("mon-sun 00:00-06:00", BERLIN), hours("mon-sun 02:15-02:45", BERLIN)])


@given(moments, lengths, offices)
def test_what_was_counted_until_it_is_due_is_the_whole_length(start, length, office) -> None:  # type: ignore[no-untyped-def]
    assert counted(start, after(start, length, office), office) == length


@given(moments, lengths, lengths, offices)
def test_a_longer_clock_is_never_due_earlier_and_a_later_start_never_helps(start, one, more, office) -> None:  # type: ignore[no-untyped-def]
    assert after(start, one, office) <= after(start, one + more, office)
    assert after(start, one, office) <= after(start + more, one, office)


@given(moments, lengths, lengths, offices)
def test_counting_in_two_parts_is_counting_once(start, one, two, office) -> None:  # type: ignore[no-untyped-def]
    middle, end = start + one, start + one + two
    assert counted(start, middle, office) + counted(middle, end, office) == counted(start, end, office)

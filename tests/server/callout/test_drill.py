# SPDX-License-Identifier: Apache-2.0
"""The monthly drill goes the way of an emergency, says that it is one, and shows that somebody was reached in time."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from krama.errors import Conflict
from krama.server.callout import queries
from krama.server.callout.actions.drill import start
from krama.server.callout.actions.take import take_by_link, take_here
from krama.server.callout.models import Alarm
from krama.server.callout.proofs import drill_reached
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.callout.ground import Channels, Clock, rounds, tree

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def state() -> str:
    return drill_reached(timezone.now()).state


def taken_by_link(channels: Channels) -> Alarm:
    call = queries.call_of(channels.links()[-1])
    assert call is not None
    return take_by_link(call)


def drilled(channels: Channels) -> Any:
    officer = builders.person("officer")
    tree(channels, [(officer, "mail")], minutes=5)
    start(officer)
    rounds()
    return officer


def test_it_says_that_it_is_a_drill_and_whoever_is_there_ends_it(clock: Clock, channels: Channels) -> None:
    person = drilled(channels)
    assert "DRILL D-" in channels.texts()[0]
    assert "no child is in danger" in channels.texts()[0]
    clock.go(minutes=2)
    alarm = taken_by_link(channels)
    assert (alarm.taken_by, alarm.ended_at) == (person, clock.now)
    entries = Entry.objects.filter(subject_kind="drill", subject_id=str(alarm.pk)).order_by("at")
    assert [entry.event for entry in entries] == ["alarm:drill", "alarm:called", "alarm:taken"]
    clock.go(hours=30)
    rounds()
    assert len(channels.mails) == 1


def test_nobody_there_it_ends_after_one_round(clock: Clock, channels: Channels) -> None:
    drilled(channels)
    clock.go(minutes=5, seconds=1)
    rounds()
    alarm = Alarm.objects.get()
    assert (alarm.ended_at, alarm.taken_by) == (clock.now, None)
    assert len(channels.mails) == 1


def test_one_at_a_time_and_none_without_a_tree(clock: Clock, channels: Channels) -> None:
    officer = builders.person("officer")
    with pytest.raises(Conflict):
        start(officer)
    drilled(channels)
    with pytest.raises(Conflict):
        start(officer)


# The live proof


def test_unknown_then_green_then_red_when_its_month_is_over_and_green_again(clock: Clock, channels: Channels) -> None:
    assert state() == "unknown"
    drilled(channels)
    assert state() == "unknown", "one that runs shows nothing yet"
    clock.go(minutes=3)
    taken_by_link(channels)
    seen = drill_reached(clock.now)
    assert (seen.state, seen.figures["minutes"]) == ("pass", 4)
    clock.go(days=32)
    assert state() == "fail"
    start(builders.person("officer"))
    rounds()
    taken_by_link(channels)
    assert state() == "pass"


def test_a_drill_that_nobody_answered_in_time_is_red(clock: Clock, channels: Channels, settings: Any) -> None:
    settings.KRAMA_DRILL_MINUTES = 2
    drilled(channels)
    clock.go(minutes=3)
    taken_by_link(channels)
    seen = drill_reached(clock.now)
    assert (seen.state, seen.figures["drills"], seen.figures["reached"]) == ("fail", 1, 0)


def test_pressing_ones_own_button_shows_nothing(clock: Clock, channels: Channels) -> None:
    officer = drilled(channels)
    take_here(officer, alarm=Alarm.objects.get().pk)
    assert state() == "fail"


def test_somebody_else_at_the_button_was_reached(clock: Clock, channels: Channels) -> None:
    drilled(channels)
    take_here(builders.person("lead"), alarm=Alarm.objects.get().pk)
    assert state() == "pass"


def test_a_drill_of_a_clock_that_ran_ahead_keeps_nothing_green(clock: Clock, channels: Channels) -> None:
    clock.go(days=300)
    drilled(channels)
    taken_by_link(channels)
    clock.go(days=-300)
    assert state() == "unknown"

# SPDX-License-Identifier: Apache-2.0
"""Going on: the next step is called, a taker who did not open the case is given up, the hard stop rings.

Each move is one transaction with the alarm locked, so that two workers make it once and a killed one leaves it whole.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from krama.guidelines.live import SKEW
from krama.server.accounts.models import Role
from krama.server.callout import queries
from krama.server.callout.actions.call import call_ways
from krama.server.callout.actions.raise_alarm import end, hard_hours, note
from krama.server.callout.models import Alarm, Call, Step, Way
from krama.server.outbox.each import each
from krama.server.trail.actor import CALLER
from krama.server.trail.events import Event

BATCH = 50
LEAST = timedelta(minutes=1)  # a round of the tree takes at least so long, whatever is broken
AGAIN = timedelta(hours=1)


def go_on() -> int:
    """Every alarm whose time has come, once; returns how many."""
    return each(list(queries.due(timezone.now()).values_list("pk", flat=True)[:BATCH]), _move, _later)


def _later(pk: UUID) -> None:
    """What could not be moved is tried again in a minute; it stays red on Today meanwhile."""
    Alarm.objects.filter(pk=pk, ended_at=None).update(ring_at=timezone.now() + LEAST)


def _move(pk: UUID) -> int:
    now, skip = timezone.now(), connection.features.has_select_for_update_skip_locked
    # Nothing is joined: a row that another changed just now comes new, and what is joined to it as it was before.
    alarm = queries.due(now).select_for_update(skip_locked=skip).filter(pk=pk).first()
    if alarm is None:
        return 0
    _mend_clock(alarm, now)
    if alarm.hard_at is not None and alarm.hard_at <= now:
        _ring_hard(alarm, now)
    if alarm.ring_at is not None and alarm.ring_at <= now:
        _look_after(alarm, now) if alarm.taken_by else _ring(alarm, now)
    alarm.moved_at = now
    alarm.save()
    return 1


def _mend_clock(alarm: Alarm, now: datetime) -> None:
    """A clock that ran ahead wrote these times: go on at once, and keep the hard stop no later than from now."""
    if alarm.moved_at <= now + SKEW:
        return
    if alarm.ring_at is not None:
        alarm.ring_at = now
    alarm.round_at = min(alarm.round_at, now)
    if alarm.deadline is not None:
        alarm.deadline = min(alarm.deadline, now + timedelta(hours=hard_hours()))
        alarm.hard_at = max(alarm.deadline, now)


def _ring(alarm: Alarm, now: datetime) -> None:
    """The next step is called; after the last one it begins again from the top, a drill ends."""
    tree = list(queries.steps())
    step = next((one for one in tree if one.place > alarm.step), None)
    if step is None and alarm.kind == Alarm.Kind.DRILL:
        end(alarm, now)
        return
    if step is None and (not tree or now < alarm.round_at + LEAST):
        alarm.ring_at = alarm.round_at + LEAST if tree else now + LEAST
        return
    if step is None:
        alarm.round, alarm.round_at = alarm.round + 1, now
        note(CALLER, Event.ALARM_AGAIN, alarm, round=alarm.round)
        step = tree[0]
    _call(alarm, step, now)


def _call(alarm: Alarm, step: Step, now: datetime) -> None:
    called = call_ways(alarm, list(step.ways.all()), kind=Call.Kind.CALL, round_=alarm.round, step=step.place)
    alarm.step = step.place
    # Nobody there may be called: the next step at once.
    alarm.ring_at = now + timedelta(minutes=step.minutes) if called else now
    note(CALLER, Event.ALARM_CALLED, alarm, step=step.place, round=alarm.round, calls=called)


def _look_after(alarm: Alarm, now: datetime) -> None:
    """Somebody took it: have they opened the case? If not, it goes on as if nobody had."""
    assert alarm.taken_by is not None
    if queries.opened_since(alarm, alarm.taken_by):
        alarm.opened_at, alarm.ring_at = now, None
        return
    note(CALLER, Event.ALARM_LAPSED, alarm, person=str(alarm.taken_by.pk))
    alarm.taken_by, alarm.taken_at, alarm.by_link = None, None, False
    _ring(alarm, now)


def _ring_hard(alarm: Alarm, now: datetime) -> None:
    """Not decided in time, whoever is at it: the top of the tree and every lead, each hour."""
    first = Step.objects.order_by("place").first()
    top = Way.objects.filter(step=first) if first else Way.objects.none()
    ways = list((top | Way.objects.filter(person__role=Role.LEAD)).distinct().select_related("person"))
    alarm.hard_count, alarm.hard_at = alarm.hard_count + 1, now + AGAIN
    called = call_ways(alarm, ways, kind=Call.Kind.HARD, round_=alarm.hard_count, step=0)
    note(CALLER, Event.ALARM_HARD, alarm, number=alarm.hard_count, calls=called)

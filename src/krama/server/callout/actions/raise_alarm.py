# SPDX-License-Identifier: Apache-2.0
"""Collecting emergencies: each open one has one alarm, whoever collects it and however often; and ending alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from krama.server.callout import queries
from krama.server.callout.models import Alarm
from krama.server.cases.history import merged_into
from krama.server.countries.queries import pack
from krama.server.outbox.each import each
from krama.server.trail.actions import record
from krama.server.trail.actor import CALLER, Actor
from krama.server.trail.events import Event

BATCH = 50
CLOCK = "imminent-danger"
HOURS = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0}


def collect() -> int:
    """Raise what nobody was called for; returns how many."""
    return each(list(queries.unheard().values_list("pk", flat=True)[:BATCH]), _raise, lambda _pk: None)


def _raise(case: UUID) -> int:
    """The unique alarm of a case decides who raised it; whoever loses the race rolls back."""
    skip = connection.features.has_select_for_update_skip_locked
    found = queries.unheard().select_for_update(skip_locked=skip, of=("self",)).filter(pk=case).first()
    if found is None:
        return 0
    now = timezone.now()
    deadline = now + timedelta(hours=hard_hours())
    alarm = Alarm(kind=Alarm.Kind.CASE, case=found, ref=found.ref, raised_at=now, round_at=now, moved_at=now)
    alarm.ring_at, alarm.deadline, alarm.hard_at = now, deadline, deadline
    if (before := queries.before_regroup(found)) is not None:
        _carry_over(before, alarm)
    alarm.save(force_insert=True)
    note(CALLER, Event.ALARM_RAISED, alarm)
    return 1


def _carry_over(before: Alarm, alarm: Alarm) -> None:
    """The case was put together or taken apart: nobody is woken twice, and no hard stop begins anew."""
    for name in ("raised_at", "deadline", "taken_by", "taken_at", "by_link", "opened_at", "hard_count"):
        setattr(alarm, name, getattr(before, name))
    if alarm.deadline is not None:
        alarm.hard_at = max(alarm.deadline, alarm.moved_at)
    if alarm.taken_by is not None:
        alarm.ring_at = alarm.moved_at + timedelta(minutes=settings.KRAMA_CALLOUT_OPEN_MINUTES)


def end_over() -> int:
    """What was decided calls nobody any more."""
    return each(list(queries.over().values_list("pk", flat=True)[:BATCH]), _end, lambda _pk: None)


def _end(pk: UUID) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    alarm = queries.over().select_for_update(skip_locked=skip, of=("self",)).filter(pk=pk).first()
    if alarm is None:
        return 0
    end(alarm, timezone.now())
    into = merged_into(alarm.case) if alarm.case else None
    rows = queries.running().filter(case=into) if into else Alarm.objects.none()
    for other in rows.select_for_update(of=("self",)).filter(deadline__gt=alarm.deadline):
        other.deadline = alarm.deadline  # the earlier of two hard stops holds
        other.hard_at = min(filter(None, (other.hard_at, alarm.deadline)))
        other.save(update_fields=["deadline", "hard_at"])
    return 1


def end(alarm: Alarm, now: datetime) -> None:
    alarm.ended_at, alarm.ring_at, alarm.hard_at = now, None, None
    alarm.save(update_fields=["ended_at", "ring_at", "hard_at"])
    note(CALLER, Event.ALARM_ENDED, alarm)


def hard_hours() -> float:
    """From the country's facts, where they say it, else from the settings: hours of a wall clock, never an office's."""
    clock = next((one for one in pack().clocks if one.id == CLOCK and one.unit in HOURS), None)
    return clock.amount * HOURS[clock.unit] if clock else settings.KRAMA_CALLOUT_HOURS


def note(actor: Actor, event: Event, alarm: Alarm, **details: object) -> None:
    """An entry of the case, so that it stands in its timeline; or of the drill."""
    kind, subject = ("case", alarm.ref) if alarm.kind == Alarm.Kind.CASE else ("drill", alarm.pk)
    record(actor, event, subject_kind=kind, subject_id=subject, details=details)

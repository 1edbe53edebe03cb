# SPDX-License-Identifier: Apache-2.0
"""One call: made with its task in one transaction; tried, tried again soon, given up, and then the next one is called.

A worker that is killed while it calls leaves a task whose lease ends: the message may then come twice, which does less
harm than none. Taken or ended meanwhile, it is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from krama.server.callout.actions.raise_alarm import note
from krama.server.callout.channels.choose import BY
from krama.server.callout.channels.said import NotCalled
from krama.server.callout.models import Alarm, Call, Way
from krama.server.callout.queries import may_be_called
from krama.server.callout.sealed import address_of, mark_of, token_of
from krama.server.callout.words import said
from krama.server.outbox.actions import put
from krama.server.trail.actor import CALLER
from krama.server.trail.events import Event

log = structlog.get_logger()
CALL = "callout.call"
TRIES = 3
DELAYS = (timedelta(seconds=5), timedelta(seconds=15))
PATIENCE = 30.0  # seconds that a channel may ask us to wait; longer, and the next one is called at once


def call_ways(alarm: Alarm, ways: Sequence[Way], *, kind: Call.Kind, round_: int, step: int) -> int:
    """Everybody of these who may be called, each with a task. Called with the alarm locked; returns how many."""
    fit = [way for way in ways if may_be_called(way.person, alarm.case)]
    for way in fit:
        make(way, kind=kind, alarm=alarm, round_=round_, step=step)
    return len(fit)


def make(way: Way, *, kind: Call.Kind, alarm: Alarm | None = None, round_: int = 0, step: int = 0) -> Call:
    now, pk = timezone.now(), uuid4()
    call = Call.objects.create(
        id=pk,
        kind=kind,
        alarm=alarm,
        way=way,
        person=way.person,
        channel=way.channel,
        round=round_,
        step=step,
        at=now,
        until=now + timedelta(hours=settings.KRAMA_CALLOUT_LINK_HOURS),
        mark=mark_of(token_of(pk)),
    )
    put(CALL, {"call": str(pk)})
    return call


def attempt(call_id: str) -> None:
    """One try. Whatever goes wrong in it is the channel's failing, never the end of the alarm."""
    call = _claim(UUID(call_id))
    if call is None or call.way is None:
        return
    try:
        channel = BY[call.channel]
        if not channel.is_set():
            raise NotCalled("not configured", again=False)
        channel.send(address_of(call.way), said(call, call.way))
    except OperationalError:
        raise
    except NotCalled as problem:
        _failed(call, problem)
    except Exception as problem:  # the message may hold an address: only its type is kept
        _failed(call, NotCalled(type(problem).__name__))
    else:
        _settle(call, Call.State.SENT)


@transaction.atomic
def _claim(pk: UUID) -> Call | None:
    """None when it was sent, given up, or is not needed any more."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = Call.objects.select_for_update(skip_locked=skip, of=("self",)).filter(pk=pk, state=Call.State.WAITING)
    call = rows.select_related("alarm__case", "way__person").first()
    if call is None:
        return None
    if call.way is None or not _is_needed(call):
        _settle(call, Call.State.DROPPED)
        return None
    call.attempts += 1
    call.save(update_fields=["attempts"])
    return call


def _is_needed(call: Call) -> bool:
    if call.alarm is None:
        return True
    if call.alarm.ended_at is not None:
        return False
    return call.kind == Call.Kind.HARD or call.alarm.taken_by_id is None


@transaction.atomic
def _failed(call: Call, problem: NotCalled) -> None:
    """Again after a moment; or given up, and when nobody of this step was reached the next one is called at once."""
    log.warning("not called", kind=str(call.channel), attempt=call.attempts, error=problem.why)
    # The alarm first, always: two calls that fail at one moment must each see the other.
    alarm = Alarm.objects.select_for_update().get(pk=call.alarm_id) if call.alarm_id else None
    if problem.again and call.attempts < TRIES and problem.after <= PATIENCE:
        delay = max(DELAYS[call.attempts - 1], timedelta(seconds=problem.after))
        Call.objects.filter(pk=call.pk).update(error=problem.why)
        put(CALL, {"call": str(call.pk)}, at=timezone.now() + delay)
        return
    _settle(call, Call.State.FAILED, problem.why)
    if alarm is not None:
        note(CALLER, Event.CALL_FAILED, alarm, channel=str(call.channel), error=problem.why)
        _nobody_reached(alarm, call)


def _nobody_reached(alarm: Alarm, call: Call) -> None:
    here = (Call.Kind.CALL, alarm.round, alarm.step)
    if (call.kind, call.round, call.step) != here or alarm.taken_by_id or alarm.ended_at:
        return
    if not alarm.calls.filter(kind=here[0], round=here[1], step=here[2]).exclude(state=Call.State.FAILED).exists():
        Alarm.objects.filter(pk=alarm.pk).update(ring_at=timezone.now())


def _settle(call: Call, state: Call.State, error: str = "") -> None:
    changed = {"state": state, "error": error, "settled_at": timezone.now()}
    Call.objects.filter(pk=call.pk).update(**changed)

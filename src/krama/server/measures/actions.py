# SPDX-License-Identifier: Apache-2.0
"""Writing measures: delivered, confirmed, looked at again, whoever says it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.measures.kinds import LASTING, State
from krama.server.measures.models import HandTask, Measure
from krama.server.trail.actions import record
from krama.server.trail.actor import DELIVERY, Actor
from krama.server.trail.events import Event

BY_HAND = {State.DONE: Event.MEASURE_HAND_DONE, State.FAILED: Event.MEASURE_HAND_FAILED}
BY_SYSTEM = {State.DONE: Event.MEASURE_CONFIRMED, State.FAILED: Event.MEASURE_FAILED}


@transaction.atomic
def note_delivered(measure_id: UUID) -> None:
    """Somebody took the order; one that was confirmed meanwhile stays confirmed."""
    now = timezone.now()
    waiting = Measure.objects.filter(pk=measure_id, state=State.ORDERED)
    if waiting.update(state=State.DELIVERED, delivered_at=now):
        record(DELIVERY, Event.MEASURE_DELIVERED, subject_kind="measure", subject_id=measure_id)


@transaction.atomic
def confirm(actor: Actor, *, measure_id: UUID, state: str) -> Measure:
    """What became of a measure. Done is final; failed may become done; saying it twice is fine.

    What was overtaken by a later order cannot fail any more: nobody waits for it.
    """
    if state not in (State.DONE, State.FAILED):
        raise BadInput("`state` is done or failed.", field="state")
    measure = _locked(measure_id)
    if measure.state == state or (measure.state == State.OVERTAKEN and state == State.FAILED):
        return measure
    if measure.state == State.DONE:
        raise Conflict("This measure was confirmed as done; it cannot become failed.")
    if measure.state == State.HELD:
        raise Conflict("This measure was not ordered yet.")
    if state == State.DONE and measure.state != State.OVERTAKEN and measure.kind in LASTING:
        measure.check_at = timezone.now() + timedelta(hours=settings.KRAMA_RECHECK_HOURS)
    measure.state, measure.confirmed_at = State(state), timezone.now()
    measure.save(update_fields=["state", "confirmed_at", "check_at"])
    said = BY_HAND if isinstance(actor, User) else BY_SYSTEM
    record(actor, said[State(state)], subject_kind="measure", subject_id=measure.pk)
    return measure


@transaction.atomic
def say_checked(actor: Actor, *, measure_id: UUID, state: str) -> Measure:
    """Does it still hold? The last word counts: bad news is never refused, and what was put right may be said."""
    if state not in Measure.Held.values:
        raise BadInput("`state` is holds or gone.", field="state")
    measure = _locked(measure_id)
    if measure.state != State.DONE or measure.kind not in LASTING:
        raise Conflict("Only a measure that lasts and was confirmed as done can be looked at again.")
    if measure.check_said == state:
        return measure
    measure.check_said, measure.check_said_at, measure.check_at = state, timezone.now(), None
    measure.save(update_fields=["check_said", "check_said_at", "check_at"])
    event = Event.MEASURE_HOLDS if state == Measure.Held.HOLDS else Event.MEASURE_GONE
    record(actor, event, subject_kind="measure", subject_id=measure.pk)
    return measure


@transaction.atomic
def say_by_hand(actor: User, *, task: HandTask, well: bool) -> Measure:
    """What somebody did by hand, or saw there; once."""
    row = HandTask.objects.select_for_update().get(pk=task.pk)
    if row.said_at is not None:
        raise Conflict("Somebody has said this already.")
    if row.asks == HandTask.Asks.DO:
        said: str = State.DONE if well else State.FAILED
        measure = confirm(actor, measure_id=row.measure_id, state=said)
    else:
        said = Measure.Held.HOLDS if well else Measure.Held.GONE
        measure = say_checked(actor, measure_id=row.measure_id, state=said)
    row.said, row.said_by, row.said_at = said, actor.actor_id, timezone.now()
    row.save(update_fields=["said", "said_by", "said_at"])
    return measure


def _locked(measure_id: UUID) -> Measure:
    measure = Measure.objects.select_for_update().filter(pk=measure_id).first()
    if measure is None:
        raise NotFound(f"There is no measure {measure_id}.")
    return measure

# SPDX-License-Identifier: Apache-2.0
"""Holds: placed by one person, extended by two, released on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.compartments.models import Compartment, Extension, Hold
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

YEAR = timedelta(days=365)
MONTH = timedelta(days=30)


@transaction.atomic
def place(
    actor: Actor,
    *,
    scope: str,
    compartments: Iterable[Compartment],
    basis: str,
    reference: str = "",
    until: datetime | None = None,
) -> Hold:
    """Keep these from destruction, a year where no day is named."""
    now = timezone.now()
    _check(basis, reference)
    until = until or now + YEAR
    if not now < until <= now + YEAR:
        raise BadInput("A hold ends within a year; two people can extend it.", field="until")
    rows = list(Compartment.objects.select_for_update().filter(pk__in=[one.pk for one in compartments]))
    alive = [row for row in rows if row.destroyed_at is None]
    if not alive:
        raise Conflict("Nothing is left here to hold: it was destroyed.")
    hold = Hold.objects.create(
        basis=basis, reference=reference.strip(), scope=scope, placed_by=actor.actor_id, placed_at=now, until=until
    )
    hold.compartments.set(alive)
    _record(actor, Event.HOLD_PLACED, hold)
    return hold


@transaction.atomic
def keep_too(scope: str, compartments: Iterable[Compartment]) -> None:
    """What a held matter gathered after its hold was placed is held with it. Call it where their clock starts."""
    alive = [one for one in compartments if one.destroyed_at is None]
    for hold in Hold.objects.filter(scope=scope, released_at=None, until__gt=timezone.now()):
        hold.compartments.add(*alive)


@transaction.atomic
def ask_longer(actor: Actor, *, hold: Hold, until: datetime) -> Extension:
    """Ask that it be held longer, at most a year from now; another person agrees."""
    now = timezone.now()
    if hold.released_at is not None or hold.until <= now:
        raise Conflict("This hold has ended; place a new one.")
    if not hold.until < until <= now + YEAR:
        raise BadInput("The new day lies after the old one, and within a year from today.", field="until")
    asked = Extension.objects.create(hold=hold, until=until, asked_by=actor.actor_id, asked_at=now)
    _record(actor, Event.HOLD_EXTENSION_ASKED, hold)
    return asked


@transaction.atomic
def agree(actor: Actor, *, extension: Extension) -> Hold:
    """The second person's word; only now it is longer."""
    row = Extension.objects.select_for_update().select_related("hold").get(pk=extension.pk)
    if row.agreed_at is not None:
        return row.hold
    if row.refused_at is not None:
        raise Conflict("This was not agreed to; ask anew.")
    if row.asked_by == actor.actor_id:
        raise Conflict("Another person than the one who asked agrees to a longer hold.")
    hold = Hold.objects.select_for_update().get(pk=row.hold_id)
    if hold.released_at is not None or hold.until <= timezone.now():
        raise Conflict("This hold has ended; place a new one.")
    row.agreed_by, row.agreed_at = actor.actor_id, timezone.now()
    row.save(update_fields=["agreed_by", "agreed_at"])
    hold.until = max(hold.until, row.until)
    hold.save(update_fields=["until"])
    _record(actor, Event.HOLD_EXTENDED, hold)
    return hold


@transaction.atomic
def go_ahead(actor: Actor, *, extension: Extension) -> None:
    """Nobody is there to agree: it is longer at once, so that nothing is lost; somebody looks at it later."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    hold = Hold.objects.select_for_update().get(pk=row.hold_id)
    row.before, hold.until = hold.until, max(hold.until, row.until)
    row.save(update_fields=["before"])
    hold.save(update_fields=["until"])


@transaction.atomic
def refuse(actor: Actor, *, extension: Extension) -> None:
    """The second person does not agree. What went ahead goes back, but nothing ends within a month of it."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    if row.agreed_at is not None or row.refused_at is not None:
        raise Conflict("Somebody has answered this already.")
    if row.asked_by == actor.actor_id:
        raise Conflict("Another person than the one who asked answers.")
    row.refused_at = timezone.now()
    row.save(update_fields=["refused_at"])
    hold = Hold.objects.select_for_update().get(pk=row.hold_id)
    if row.before is not None:
        hold.until = min(hold.until, max(row.before, row.refused_at + MONTH))
        hold.save(update_fields=["until"])
    _record(actor, Event.HOLD_REFUSED, hold)


@transaction.atomic
def release(actor: Actor, *, hold: Hold) -> None:
    """The reason for the hold is gone; the schedule counts again."""
    if Hold.objects.filter(pk=hold.pk, released_at=None).update(released_at=timezone.now()):
        _record(actor, Event.HOLD_RELEASED, hold)


def _check(basis: str, reference: str) -> None:
    if basis not in Hold.Basis.values:
        raise BadInput(f"`basis` is one of {', '.join(Hold.Basis.values)}.", field="basis")
    if len(reference) > 120 or not storable(reference):
        raise BadInput("The reference has at most 120 characters.", field="reference")
    if basis == Hold.Basis.ORDER and not reference.strip():
        raise BadInput("Name the reference of the authority's letter.", field="reference")


def _record(actor: Actor, event: Event, hold: Hold) -> None:
    details = {"hold": str(hold.pk), "basis": hold.basis, "until": hold.until.date().isoformat()}
    kind, _, subject = hold.scope.partition(":")
    record(actor, event, subject_kind=kind, subject_id=subject, details=details)

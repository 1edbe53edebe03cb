# SPDX-License-Identifier: Apache-2.0
"""Destruction: the key first, then rows and files; a record remains, with the day from which no copy is readable."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from krama.server.compartments import queries
from krama.server.compartments.actions.rotate import destroy_old_keys, rotate
from krama.server.compartments.models import Compartment, Destruction
from krama.server.compartments.registry import ERASERS, load
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


def run(actor: Actor) -> dict[str, int]:
    """Destroy what is due, finish what was interrupted, rotate where something went, drop keys without backups."""
    gone = sum(destroy_key(actor, row, why) for row, why in queries.due(timezone.now()))
    finished = sum(finish(one) for one in queries.unfinished())
    if Destruction.objects.filter(unreadable_from=None).exists():
        rotate(actor)  # until then a copy of today could still be opened with today's key
    return {"destroyed": gone, "finished": finished, "keys": len(destroy_old_keys(actor, timezone.now()))}


@transaction.atomic
def destroy_key(actor: Actor, compartment: Compartment, why: str) -> bool:
    """The one step that cannot be taken back. False when somebody was faster, or a hold came between."""
    row = Compartment.objects.select_for_update().get(pk=compartment.pk)
    now = timezone.now()
    if row.destroyed_at is not None or queries.held(now).filter(pk=row.pk).exists():
        return False
    row.wrapped_key, row.destroyed_at = None, now
    row.save(update_fields=["wrapped_key", "destroyed_at"])
    Destruction.objects.create(
        compartment=row, kind=row.kind, why=why, by=f"{actor.actor_kind}:{actor.actor_id}", at=now
    )
    details = {"kind": row.kind}
    record(actor, Event.COMPARTMENT_DESTROYED, subject_kind="compartment", subject_id=row.pk, details=details)
    return True


@transaction.atomic
def finish(destruction: Destruction) -> bool:
    """Empty the rows of every room; safe to repeat."""
    load()
    rows = sum(eraser(destruction.compartment_id) for eraser in ERASERS.values())
    waiting = Destruction.objects.filter(pk=destruction.pk, finished_at=None)
    return bool(waiting.update(rows=rows, finished_at=timezone.now()))

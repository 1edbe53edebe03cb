# SPDX-License-Identifier: Apache-2.0
"""Writing the trail: sealed, in the writer's own transaction, without a position (see sequencer.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.trail.seal import seal_of

TICK = timedelta(microseconds=1)  # the order of entries that were written together


def record(
    actor: Actor,
    event: Event,
    *,
    subject_kind: str,
    subject_id: object,
    details: Mapping[str, object] | None = None,
) -> Entry:
    """One entry. Details hold references and counts, never words of a child, names or addresses."""
    entry = _sealed(actor, event, subject_kind, str(subject_id), details or {}, timezone.now())
    entry.save(force_insert=True)
    return entry


def record_together(
    actor: Actor, *, subject_kind: str, subject_id: object, events: Sequence[tuple[Event, Mapping[str, object]]]
) -> list[Entry]:
    """Several entries about one subject, in this order and in one statement: what a decision waits for."""
    return record_many(actor, [(event, subject_kind, subject_id, details) for event, details in events])


def record_many(actor: Actor, said: Iterable[tuple[Event, str, object, Mapping[str, object]]]) -> list[Entry]:
    """Entries about several subjects (event, kind and id of the subject, details), in this order, in one statement."""
    now = timezone.now()
    return Entry.objects.bulk_create(
        _sealed(actor, event, kind, str(subject), details, now + number * TICK)
        for number, (event, kind, subject, details) in enumerate(said)
    )


def _sealed(actor: Actor, event: Event, kind: str, subject: str, details: Mapping[str, object], at: datetime) -> Entry:
    entry = Entry(
        at=at,
        event=Event(event).value,
        actor_kind=actor.actor_kind,
        actor_id=actor.actor_id,
        subject_kind=kind,
        subject_id=subject,
        details=_as_read_again(details),
    )
    entry.seal = seal_of(entry)
    return entry


def _as_read_again(details: Mapping[str, object]) -> dict[str, object]:
    # The seal is made before the database has seen it, and must fit what comes out of there: names are text, and
    # no number is broken, for PostgreSQL writes those its own way.
    plain: dict[str, object] = json.loads(json.dumps(details), parse_float=_no_fraction)
    return plain


def _no_fraction(number: str) -> object:
    raise ValueError(f"an entry of the trail holds whole numbers, not {number}")

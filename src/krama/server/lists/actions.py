# SPDX-License-Identifier: Apache-2.0
"""Writing lists: add, change, import, publish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput
from krama.server.lists import queries
from krama.server.lists.models import List, ListedSignal, Publication
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.signals import Signal, make_current, write_snapshot

BATCH = 2_000


@transaction.atomic
def save_list(actor: Actor, *, row: List) -> List:
    """A new list, or a changed one; scanners see it after the next publication."""
    try:
        row.full_clean()
    except ValidationError as problem:
        raise BadInput(
            " ".join(f"{field}: {' '.join(what)}" for field, what in problem.message_dict.items())
        ) from problem
    event = Event.LIST_ADDED if row._state.adding else Event.LIST_CHANGED
    row.save()
    details = {"category": row.category, "action": row.action, "radius": row.radius, "state": row.state}
    record(actor, event, subject_kind="list", subject_id=row.pk, details=details)
    return row


@transaction.atomic
def import_signals(actor: Actor, *, row: List, signals: Sequence[Signal]) -> int:
    """Add signals to a list; one that is there already takes the new facts and is no longer withdrawn."""
    unique = {(signal.type, signal.value): _row(row, signal) for signal in signals}
    facts = ["labels", "scheme", "scheme_version", "code", "source_ref", "expires_at", "withdrawn_at"]
    ListedSignal.objects.bulk_create(
        unique.values(),
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=facts,
        unique_fields=["list", "type", "value"],
    )
    details = {"count": len(unique)}
    record(actor, Event.LIST_IMPORTED, subject_kind="list", subject_id=row.pk, details=details)
    return len(unique)


def publish(actor: Actor) -> Publication:
    """Write a snapshot of every active list and make it current; scanners pick it up by themselves.

    The folder is written first, then the row and its trail entry, then the pointer moves. A crash between
    the last two leaves the pointer behind; the job loop moves it (jobs.py).
    """
    now = timezone.now()
    active = List.objects.filter(state=List.State.ACTIVE).order_by("name")
    folder = settings.HOME.snapshots
    info = write_snapshot(folder, ((queries.as_library(row), queries.signals_of(row)) for row in active), now=now)
    with transaction.atomic():
        publication = Publication.objects.create(version=info.version, at=now, counts=info.counts)
        details = {"version": info.version, "count": sum(info.counts.values())}
        record(actor, Event.LIST_PUBLISHED, subject_kind="snapshot", subject_id=info.version, details=details)
    make_current(folder, info.version)
    return publication


def note_export(actor: Actor, *, row: List, signals: Iterable[Signal]) -> list[Signal]:
    """What leaves is noted before it leaves."""
    leaving = list(signals)
    with transaction.atomic():
        details = {"count": len(leaving)}
        record(actor, Event.LIST_EXPORTED, subject_kind="list", subject_id=row.pk, details=details)
    return leaving


def _row(row: List, signal: Signal) -> ListedSignal:
    severity = signal.severity
    return ListedSignal(
        list=row,
        type=signal.type.value,
        value=signal.value,
        labels=list(signal.labels),
        scheme=severity.scheme if severity else "",
        scheme_version=severity.version if severity else "",
        code=severity.code if severity else "",
        source_ref=signal.source_ref,
        added_at=signal.added or timezone.now(),
        expires_at=signal.expires,
        withdrawn_at=None,
    )

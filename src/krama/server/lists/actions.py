# SPDX-License-Identifier: Apache-2.0
"""Writing lists: add, change, import, publish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

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
from krama.signals import (
    Signal,
    SignalType,
    SnapshotInfo,
    fits,
    make_current,
    open_whole,
    write_changes,
    write_snapshot,
)

BATCH = 2_000
CHANGES_FROM = 50_000  # signals; fewer are published whole in a second
MOST_CHANGED = 0.05  # of all signals; past it a whole version costs less than every scanner's looking at two
OVERLAP = timedelta(minutes=15)  # rows are dated when they are written, and seen when their transaction ends


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
    facts = ["labels", "scheme", "scheme_version", "code", "source_ref", "expires_at", "withdrawn_at", "changed_at"]
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


@transaction.atomic
def withdraw_signals(actor: Actor, *, row: List, signals: Sequence[Signal]) -> int:
    """Signals of a list that no longer hold, and how many of them stood; after the next publication none matches."""
    now, count = timezone.now(), 0
    values: dict[SignalType, list[str]] = {}
    for signal in signals:
        values.setdefault(signal.type, []).append(signal.value)
    for type, of_type in values.items():
        standing = ListedSignal.objects.filter(list=row, type=type.value, withdrawn_at=None)
        for start in range(0, len(of_type), BATCH):
            found = standing.filter(value__in=of_type[start : start + BATCH])
            count += found.update(withdrawn_at=now, changed_at=now)
    record(actor, Event.LIST_WITHDRAWN, subject_kind="list", subject_id=row.pk, details={"count": count})
    return count


def publish(actor: Actor, *, whole: bool = False) -> Publication:
    """Give every active list to the scanners, which pick it up by themselves: of large lists only what changed.

    `whole`: everything anew. Each version of changes holds all of them since the last whole one, and where they are
    many a whole one is written.

    The folder is written first, then the row and its trail entry, then the pointer moves. A crash between
    the last two leaves the pointer behind; the job loop moves it (jobs.py).
    """
    now = timezone.now()
    active = list(List.objects.filter(state=List.State.ACTIVE).order_by("name"))
    folder = settings.HOME.snapshots
    info = None if whole else _write_changes(folder, active, now)
    info = info or write_snapshot(
        folder, ((queries.as_library(row), queries.signals_of(row)) for row in active), now=now
    )
    with transaction.atomic():
        publication = Publication.objects.create(version=info.version, at=now, counts=info.counts)
        details = {"version": info.version, "count": sum(info.counts.values())}
        record(actor, Event.LIST_PUBLISHED, subject_kind="snapshot", subject_id=info.version, details=details)
    make_current(folder, info.version)
    return publication


def _write_changes(folder: Path, active: list[List], now: datetime) -> SnapshotInfo | None:
    """What changed since the last whole version, as a version over it; None where a whole one is called for."""
    base, lists = open_whole(folder), [queries.as_library(row) for row in active]
    if base is None or not Publication.objects.filter(version=base.version).exists():
        return None  # also after the database was restored from before it: what then stood in it is not in ours
    if len(base.index.layer) < CHANGES_FROM or not fits(base, lists):
        return None
    new = [row for row in active if row.name not in base.index.counts]
    changed = queries.changed(active, since=(base.published or now) - OVERLAP, but_all_of=new)
    if changed.count() > max(CHANGES_FROM, len(base.index.layer)) * MOST_CHANGED:
        return None
    rows = changed.values_list("list__name", *queries.FACTS).iterator(chunk_size=BATCH)
    pairs = ((name, queries.as_signal(*facts)) for name, *facts in rows)
    return write_changes(folder, lists, pairs, base=base, now=now)


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
        changed_at=timezone.now(),
    )

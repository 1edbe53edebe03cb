# SPDX-License-Identifier: Apache-2.0
"""What a case's timeline tells of: itself, what was put together with it, and what it was before it was taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from krama.server.cases.models import Case, Item, Regroup
from krama.server.trail.models import Entry
from krama.server.trail.queries import entries_about

Subject = tuple[str, object, datetime | None]  # kind, id, and until when its lines belong here; None is for good


def subjects(case: Case) -> list[Subject]:
    """Each once, with the latest end; items that went elsewhere are told until they went."""
    found: dict[tuple[str, object], datetime | None] = {}
    for kind, pk, until in _subjects(case, None, set()):
        before = found.get((kind, pk), until)
        found[kind, pk] = None if before is None or until is None else max(before, until)
    return [(kind, pk, until) for (kind, pk), until in found.items()]


def _subjects(case: Case, until: datetime | None, seen: set[object]) -> Iterator[Subject]:
    if case.pk in seen:
        return
    seen.add(case.pk)
    yield "case", case.ref, until
    for item in case.items.all():
        yield _of_item(item, until)
    gone = Regroup.objects.filter(source=case)
    for move in gone:
        for item in Item.objects.filter(pk__in=move.items):
            yield _of_item(item, _sooner(until, move.at))
    for move in Regroup.objects.filter(target=case).select_related("source"):
        # What was put together is told to its end; what this case was taken out of, until it was.
        end = until if move.kind == Regroup.Kind.MERGE else _sooner(until, move.at)
        yield from _subjects(move.source, end, seen)


def _of_item(item: Item, until: datetime | None) -> Subject:
    return ("detection", item.detection_id, until) if item.detection_id else ("report", item.report_id, until)


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def family(case: Case) -> list[Case]:
    """The case and every case that was put together with it, however long ago."""
    found, look = [case], [case]
    while look:
        moves = Regroup.objects.filter(target__in=look, kind=Regroup.Kind.MERGE).select_related("source")
        look = [move.source for move in moves if move.source not in found]
        found += look
    return found


def merged_into(case: Case) -> Case | None:
    """Where it went on, when it was put together with another."""
    move = Regroup.objects.filter(source=case, kind=Regroup.Kind.MERGE).select_related("target").first()
    return move.target if move else None


def lines(case: Case, *more: tuple[str, object]) -> list[Entry]:
    """The entries of its timeline, oldest first; `more` are subjects that higher rooms know of."""
    told = [*subjects(case), *((kind, pk, None) for kind, pk in more)]
    ends = {(kind, str(pk)): until for kind, pk, until in told}
    entries = [(entry, ends[entry.subject_kind, entry.subject_id]) for entry in entries_about(*ends)]
    return [entry for entry, until in entries if until is None or entry.at <= until]

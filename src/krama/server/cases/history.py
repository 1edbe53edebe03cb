# SPDX-License-Identifier: Apache-2.0
"""What a case's timeline tells of: itself, what was put together with it, and what it was before it was taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from krama.server.cases.models import Case, Item, Regroup
from krama.server.trail.models import Entry
from krama.server.trail.queries import entries_about

End = datetime | None  # until when its lines belong here; None is for good
Subject = tuple[str, object, End]  # kind, id, end


def subjects(case: Case) -> list[Subject]:
    """Each once, with the latest end."""
    cases: list[Subject] = [("case", one.ref, end) for one, end in cases_told(case)]
    return cases + [_of_item(item, end) for item, end in items_told(case)]


def cases_told(case: Case) -> list[tuple[Case, End]]:
    """Itself, and what was put together with it, for good; what it was taken out of, until it was."""
    found: dict[UUID, tuple[Case, End]] = {}
    look: list[tuple[Case, End]] = [(case, None)]
    while look:
        one, end = look.pop()
        if one.pk in found and not _is_later(end, found[one.pk][1]):
            continue  # one case may be reached twice: it was taken out of this one, and came back
        found[one.pk] = one, end
        look += [
            (move.source, end if move.kind == Regroup.Kind.MERGE else move.at)
            for move in Regroup.objects.filter(target=one).select_related("source")
            if not _is_later(move.at, end)  # what came to another case after this one had left it is told there
        ]
    return list(found.values())


def items_told(case: Case) -> list[tuple[Item, End]]:
    """Every item that is here or was, once; what went elsewhere is told until it went."""
    found: dict[UUID, tuple[Item, End]] = {}
    for one, until in cases_told(case):
        for item, end in _items(one, until):
            if item.pk not in found or _is_later(end, found[item.pk][1]):
                found[item.pk] = item, end
    return list(found.values())


def _items(case: Case, until: End) -> Iterator[tuple[Item, End]]:
    """Of one case, those that were in it before `until`."""
    here = {item.pk: item for item in case.items.all()}
    moves = list(Regroup.objects.filter(Q(source=case) | Q(target=case)))
    left = _times(move for move in moves if move.source_id == case.pk)
    came = _times(move for move in moves if move.target_id == case.pk)
    gone = Item.objects.in_bulk([pk for pk in left if pk not in here])
    for pk, item in (here | gone).items():
        first = min(came.get(pk, []) + left.get(pk, []), default=None)
        since = first if first in came.get(pk, []) else item.joined_at  # what left first had been here from its start
        if not _is_later(since, until):
            yield item, until if pk in here else _sooner(until, max(left[pk]))


def _times(moves: Iterable[Regroup]) -> dict[UUID, list[datetime]]:
    """By item, when these moves took it."""
    found: dict[UUID, list[datetime]] = {}
    for move in moves:
        for pk in map(UUID, move.items):
            found.setdefault(pk, []).append(move.at)
    return found


def _of_item(item: Item, end: End) -> Subject:
    return ("detection", item.detection_id, end) if item.detection_id else ("report", item.report_id, end)


def _sooner(one: End, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _is_later(one: End, other: End) -> bool:
    return other is not None and (one is None or one > other)


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


def lines(case: Case, *more: Subject) -> list[Entry]:
    """The entries of its timeline, oldest first; `more` are subjects that higher rooms know of."""
    ends = {(kind, str(pk)): end for kind, pk, end in (*subjects(case), *more)}
    entries = [(entry, ends[entry.subject_kind, entry.subject_id]) for entry in entries_about(*ends)]
    return [entry for entry, end in entries if end is None or entry.at <= end]

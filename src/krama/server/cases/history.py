# SPDX-License-Identifier: Apache-2.0
"""What a case's timeline tells of: itself, what was put together with it, and what it was before it was taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from krama.server.cases.models import Case, Item, Regroup
from krama.server.trail.models import Entry
from krama.server.trail.queries import entries_about

End = datetime | None  # until when its lines belong here; None is for good
Subject = tuple[str, object, End]  # kind, id, end


class Past:
    """What was put together with a case and taken out of it; each case is asked about once, when it is first needed."""

    def __init__(self, case: Case, *, items: list[Item] | None = None, was_moved: bool = True) -> None:
        """`items`, `was_moved`: what a page has read of it already."""
        self.case = case
        self._here = {} if items is None else {case.pk: items}
        self._moves: dict[UUID, list[Regroup]] = {} if was_moved else {case.pk: []}

    @cached_property
    def cases(self) -> list[tuple[Case, End]]:
        """Itself, and what was put together with it, for good; what it was taken out of, until it was."""
        found: dict[UUID, tuple[Case, End]] = {}
        look: list[tuple[Case, End]] = [(self.case, None)]
        while look:
            one, end = look.pop()
            if one.pk in found and not _is_later(end, found[one.pk][1]):
                continue  # one case may be reached twice: it was taken out of this one, and came back
            found[one.pk] = one, end
            look += [
                (move.source, end if move.kind == Regroup.Kind.MERGE else move.at)
                for move in self._came(one)
                if not _is_later(move.at, end)  # what came to another case after this one had left it is told there
            ]
        return list(found.values())

    @cached_property
    def items(self) -> list[tuple[Item, End]]:
        """Every item that is here or was, once; what went elsewhere is told until it went."""
        found: dict[UUID, tuple[Item, End]] = {}
        for one, until in self.cases:
            for item, end in self._items(one, until):
                if item.pk not in found or _is_later(end, found[item.pk][1]):
                    found[item.pk] = item, end
        return list(found.values())

    @property
    def subjects(self) -> list[Subject]:
        """Each once, with the latest end."""
        cases: list[Subject] = [("case", one.ref, end) for one, end in self.cases]
        return cases + [_of_item(item, end) for item, end in self.items]

    @property
    def family(self) -> list[Case]:
        """The case and every case that was put together with it, however long ago."""
        found, look = [self.case], [self.case]
        while look:
            moves = [move for one in look for move in self._came(one) if move.kind == Regroup.Kind.MERGE]
            look = [move.source for move in moves if move.source not in found]
            found += look
        return found

    @property
    def merged_into(self) -> Case | None:
        """Where it went on, when it was put together with another."""
        went = (move.target for move in self._left(self.case) if move.kind == Regroup.Kind.MERGE)
        return next(went, None)

    def _items(self, case: Case, until: End) -> Iterator[tuple[Item, End]]:
        """Of one case, those that were in it before `until`."""
        known = self._here.get(case.pk)
        here = {item.pk: item for item in (case.items.all() if known is None else known)}
        left, came = _times(self._left(case)), _times(self._came(case))
        missing = [pk for pk in left if pk not in here]
        gone = Item.objects.in_bulk(missing) if missing else {}
        for pk, item in (here | gone).items():
            first = min(came.get(pk, []) + left.get(pk, []), default=None)
            since = (
                first if first in came.get(pk, []) else item.joined_at
            )  # what left first had been here from its start
            if not _is_later(since, until):
                yield item, until if pk in here else _sooner(until, max(left[pk]))

    def _came(self, case: Case) -> list[Regroup]:
        return [move for move in self._of(case) if move.target_id == case.pk]

    def _left(self, case: Case) -> list[Regroup]:
        return [move for move in self._of(case) if move.source_id == case.pk]

    def _of(self, case: Case) -> list[Regroup]:
        if case.pk not in self._moves:
            moves = Regroup.objects.filter(Q(source=case) | Q(target=case))
            self._moves[case.pk] = list(moves.select_related("source", "target").order_by("pk"))
        return self._moves[case.pk]


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
    return Past(case).family


def merged_into(case: Case) -> Case | None:
    """Where it went on, when it was put together with another."""
    return Past(case).merged_into


def lines(past: Past, *more: Subject) -> list[Entry]:
    """The entries of its timeline, oldest first; `more` are subjects that higher rooms know of."""
    ends = {(kind, str(pk)): end for kind, pk, end in (*past.subjects, *more)}
    entries = [(entry, ends[entry.subject_kind, entry.subject_id]) for entry in entries_about(*ends)]
    return [entry for entry, end in entries if end is None or entry.at <= end]

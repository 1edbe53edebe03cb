# SPDX-License-Identifier: Apache-2.0
"""One layer of an index: tables built once and never changed, with the facts of their rows.

An index is a large layer and, between two of those, a small one over it: what came since, and what of the large one
was withdrawn or changed since (`gone`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from krama.signals.exact import ExactTable, exact_of
from krama.signals.facts import Facts, Gathering, Shared, joined
from krama.signals.near import NearTable, Words, table_of, words_in
from krama.signals.types import HashList, Signal, SignalType

Lists = tuple[HashList | None, ...]
FOUR_WORDS = Struct("<4Q")
EXACT = tuple(type for type in SignalType if type is not SignalType.PDQ)
NOBODY = Shared([], np.empty(0, np.uint8))


@dataclass(frozen=True, eq=False)
class Shelf:
    """The PDQ hashes of all lists that have one radius; its rows' facts begin at `base`."""

    radius: int
    table: NearTable
    base: int


@dataclass(frozen=True, eq=False)
class Layer:
    """Tables and facts. `lists` by number. Positions count the rows of a type; of PDQ, over all shelves."""

    shelves: tuple[Shelf, ...] = ()
    exact: dict[SignalType, ExactTable] = field(default_factory=dict)
    facts: dict[SignalType, Facts] = field(default_factory=dict)
    shared: Shared = NOBODY

    @classmethod
    def of(cls, lists: Iterable[tuple[HashList, Iterable[Signal]]]) -> tuple[Layer, Lists]:
        """Built in memory from lists with their signals; what is withdrawn is left out."""
        gathering, names = Gathering(), []
        for number, (known, signals) in enumerate(lists):
            gathering.add(number, known.radius, (signal for signal in signals if signal.withdrawn is None))
            names.append(known)
        return cls.from_rows(gathering), tuple(names)

    @classmethod
    def from_rows(cls, gathering: Gathering) -> Layer:
        """Sort what was gathered into tables."""
        shelves: list[Shelf] = []
        near: list[Facts] = []
        exact: dict[SignalType, ExactTable] = {}
        facts: dict[SignalType, Facts] = {}
        for type, radius, rows in gathering.shelves():
            octets = rows.octets(type.digits // 2)
            if type is SignalType.PDQ:
                table, order = table_of(octets.view("<u8").astype(np.uint64, copy=False))
                shelves.append(Shelf(radius, table, sum(len(one) for one in near)))
                near.append(rows.facts(order))
            else:
                exact[type], order = exact_of(octets)
                facts[type] = rows.facts(order)
        if near:
            facts[SignalType.PDQ] = joined(near)
        return cls(tuple(shelves), exact, facts, gathering.shared())

    def __len__(self) -> int:
        return sum(len(facts) for facts in self.facts.values())

    def near(self, query: Words, margin: int = 0) -> list[tuple[int, int]]:
        """(position, distance) of every PDQ hash within its list's radius, and `margin` bits more."""
        if len(self.shelves) == 1:
            return self.shelves[0].table.find(query, self.shelves[0].radius + margin)
        return [
            (shelf.base + row, distance)
            for shelf in self.shelves
            for row, distance in shelf.table.find(query, shelf.radius + margin)
        ]

    def near_many(self, queries: Words) -> list[list[tuple[int, int]]]:
        """`near` for each row of an n x 4 array, on all cores."""
        found: list[list[tuple[int, int]]] = [[] for _ in queries]
        for shelf in self.shelves:
            for answer, more in zip(found, shelf.table.find_many(queries, shelf.radius), strict=True):
                answer += [(shelf.base + row, distance) for row, distance in more]
        return found

    def equal(self, type: SignalType, value: bytes) -> list[int]:
        """Positions of exactly this value."""
        if type is SignalType.PDQ:
            query = words_in(value)
            return [shelf.base + row for shelf in self.shelves for row in shelf.table.equal(query)]
        table = self.exact.get(type)
        return table.find(value) if table is not None else []

    def list_number(self, type: SignalType, position: int) -> int:
        """The list on which a signal stands."""
        return self.facts[type].list_number(position)

    def signal(self, type: SignalType, position: int) -> Signal:
        """The signal at a position."""
        return self.facts[type].signal(type, self._value(type, position).hex(), position, self.shared)

    def __iter__(self) -> Iterator[tuple[SignalType, int]]:
        """Type and position of every signal."""
        return ((type, position) for type, facts in self.facts.items() for position in range(len(facts)))

    def _value(self, type: SignalType, position: int) -> bytes:
        if type is not SignalType.PDQ:
            return self.exact[type].value(position)
        shelf = self.shelves[0]
        if len(self.shelves) > 1:
            shelf = next(shelf for shelf in reversed(self.shelves) if shelf.base <= position)
        at, table = 2 * (position - shelf.base), shelf.table
        words = table.first.item(at), table.first.item(at + 1), table.rest.item(at), table.rest.item(at + 1)
        return FOUR_WORDS.pack(*words)


Gone = dict[SignalType, NDArray[np.uint32]]

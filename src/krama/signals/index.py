# SPDX-License-Identifier: Apache-2.0
"""The index: every known signal within its list's radius is found, none missed. Must never answer "about"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np

from krama.signals.layer import Gone, Layer, Lists
from krama.signals.near import words_in
from krama.signals.types import HashList, Signal, SignalType, parse_value

LEAST_QUALITY = 50  # a flatter picture's PDQ says too little: no match is claimed below it

Found = list[tuple[int, int]]


@dataclass(frozen=True)
class Hit:
    """A known signal found. `distance`: bits that differ; 0 for the exact types."""

    list: HashList
    signal: Signal
    distance: int


@dataclass(frozen=True, eq=False)
class Index:
    """An exact search over lists: a layer, what of it is `gone`, and a small layer of what came since.

    A list that is None is no longer searched. 40 bytes a PDQ hash; from 20,000 hashes on tables: 90 bytes more in long
    lists, up to 300 in the shortest.
    """

    lists: Lists = ()
    layer: Layer = field(default_factory=Layer)
    gone: Gone = field(default_factory=dict)
    later: Layer = field(default_factory=Layer)

    @classmethod
    def of(cls, lists: Iterable[tuple[HashList, Iterable[Signal]]]) -> Index:
        """Build from lists with their signals; withdrawn ones are left out."""
        layer, names = Layer.of(lists)
        return cls(names, layer)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many signals of each list are searched, by its name."""
        count = np.zeros(len(self.lists), np.int64)
        for layer in self._layers:
            for facts in layer.facts.values():
                count += np.bincount(facts.of[:, 0], minlength=len(count))
        for type, positions in self.gone.items():
            if positions.size:
                count -= np.bincount(self.layer.facts[type].of[positions, 0], minlength=len(count))
        return {known.name: int(count[number]) for number, known in enumerate(self.lists) if known is not None}

    def __len__(self) -> int:
        return sum(self.counts.values())

    def find(
        self, type: SignalType, value: str, *, now: datetime, quality: int | None = None, margin: int = 0
    ) -> list[Hit]:
        """All standing signals that match, nearest first.

        `quality` is the PDQ quality 0-100 of what is looked for; None (not known, a bare hash) claims matches.
        `margin`: PDQ bits beyond each list's radius that are looked at too, where the hash asked for is itself only
        known to be near the exact one; what is within the radius is for the caller to say.
        """
        if type is SignalType.PDQ:
            octets = _octets(value)  # also where nothing is claimed: what is no hash is an error
            return [] if quality is not None and quality < LEAST_QUALITY else self._near(octets, now, margin)
        exact = bytes.fromhex(parse_value(type, value))
        first, later = ([(at, 0) for at in layer.equal(type, exact)] for layer in self._layers)
        return self._hits(type, first, later, now)

    def find_many(self, values: Sequence[str], *, now: datetime) -> list[list[Hit]]:
        """`find` for many PDQ values at once, on all cores."""
        words = words_in(b"".join(map(_octets, values))).reshape(-1, 4)
        pairs = zip(self.layer.near_many(words), self.later.near_many(words), strict=True)
        return [self._hits(SignalType.PDQ, first, later, now) for first, later in pairs]

    def signals(self) -> Iterator[tuple[int, Signal]]:
        """Every signal that is searched, with the number of its list. Makes an object of each: slow, for the few."""
        for layer in self._layers:
            for type, position in layer:
                number = layer.list_number(type, position)
                if self.lists[number] is not None and not self._is_gone(layer, type, position):
                    yield number, layer.signal(type, position)

    def positions(self, type: SignalType, value: str, number: int) -> list[int]:
        """Where in the large layer list `number` has this value and still stands: what a withdrawal makes gone."""
        found = self.layer.equal(type, bytes.fromhex(parse_value(type, value)))
        return [
            at for at in found
            if self.layer.list_number(type, at) == number and not self._is_gone(self.layer, type, at)
        ]  # fmt: skip

    @property
    def _layers(self) -> tuple[Layer, Layer]:
        return self.layer, self.later

    def _near(self, octets: bytearray, now: datetime, margin: int) -> list[Hit]:
        query = words_in(octets)
        return self._hits(SignalType.PDQ, self.layer.near(query, margin), self.later.near(query, margin), now)

    def _hits(self, type: SignalType, first: Found, later: Found, now: datetime) -> list[Hit]:
        if not first and not later:
            return []
        hits = []
        for layer, found in ((self.layer, first), (self.later, later)):
            for position, distance in found:
                known = self.lists[layer.list_number(type, position)]
                if known is not None and not (self.gone and self._is_gone(layer, type, position)):
                    signal = layer.signal(type, position)
                    if signal.stands(now):
                        hits.append(Hit(known, signal, distance))
        return sorted(hits, key=lambda hit: hit.distance) if len(hits) > 1 else hits

    def _is_gone(self, layer: Layer, type: SignalType, position: int) -> bool:
        gone = self.gone.get(type)
        if layer is not self.layer or gone is None or not gone.size:
            return False
        at = int(np.searchsorted(gone, np.uint32(position)))
        return at < gone.size and int(gone[at]) == position


def _octets(value: str) -> bytearray:
    """The 32 bytes of a PDQ value; the ordinary one is not looked at twice."""
    try:
        octets = bytearray.fromhex(value)
    except ValueError:
        octets = bytearray()
    whole = len(value) == SignalType.PDQ.digits == 2 * len(octets)  # neither blanks around it nor within
    return octets if whole else bytearray.fromhex(parse_value(SignalType.PDQ, value))

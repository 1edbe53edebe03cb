# SPDX-License-Identifier: Apache-2.0
"""The index: every known signal within its list's radius is found, none missed (a plain exact search).

Values stand as sorted rows of bytes, PDQ also as n x 4 words of 64 bits. Must never answer "about".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from krama.signals.types import HashList, Signal, SignalType, parse_value

LEAST_QUALITY = 50  # a flatter picture's PDQ says too little: no match is claimed below it


@dataclass(frozen=True)
class Hit:
    """A known signal found. `distance`: bits that differ; 0 for the exact types."""

    list: HashList
    signal: Signal
    distance: int


Entry = tuple[HashList, Signal]


@dataclass(frozen=True)
class Index:
    """An exact search over lists. PDQ costs 32 bytes a signal beside the signals."""

    exact: dict[tuple[SignalType, str], list[Entry]] = field(default_factory=dict)
    pdq: list[Entry] = field(default_factory=list)
    words: NDArray[np.uint64] = field(default_factory=lambda: np.empty((0, 4), np.uint64))
    radii: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, lists: Iterable[tuple[HashList, Iterable[Signal]]]) -> Index:
        """Build from lists with their signals; withdrawn ones are left out."""
        exact: dict[tuple[SignalType, str], list[Entry]] = {}
        pdq: list[Entry] = []
        for hash_list, signals in lists:
            for signal in signals:
                if signal.withdrawn is not None:
                    continue
                if signal.type is SignalType.PDQ:
                    pdq.append((hash_list, signal))
                else:
                    exact.setdefault((signal.type, signal.value), []).append((hash_list, signal))
        packed = bytes.fromhex("".join(signal.value for _, signal in pdq))
        words = np.frombuffer(packed, np.uint64).reshape(-1, 4)
        return cls(exact, pdq, words, np.array([hash_list.radius for hash_list, _ in pdq], np.int64))

    def __len__(self) -> int:
        return len(self.pdq) + sum(len(entries) for entries in self.exact.values())

    def find(self, type: SignalType, value: str, *, now: datetime, quality: int | None = None) -> list[Hit]:
        """All standing signals that match, nearest first.

        `quality` is the PDQ quality 0-100 of what is looked for; None (not known, a bare hash) claims matches.
        """
        value = parse_value(type, value)
        if type is not SignalType.PDQ:
            found = [Hit(known, signal, 0) for known, signal in self.exact.get((type, value), [])]
        elif quality is not None and quality < LEAST_QUALITY:
            found = []
        else:
            found = self._near(value)
        return [hit for hit in found if hit.signal.stands(now)]

    def _near(self, value: str) -> list[Hit]:
        query = np.frombuffer(bytes.fromhex(value), np.uint64)
        distances = np.bitwise_count(self.words ^ query).sum(axis=1, dtype=np.int64)
        within = np.flatnonzero(distances <= self.radii)
        nearest = within[np.argsort(distances[within], kind="stable")]
        return [Hit(self.pdq[i][0], self.pdq[i][1], int(distances[i])) for i in nearest]

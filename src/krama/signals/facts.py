# SPDX-License-Identifier: Apache-2.0
"""What is known of each signal beside its value: whose list, labels, severity, reference, dates; a column each.

Nothing becomes a Python object before a match asks for it. A column in which every row says the same has one row.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from krama.signals.types import SeverityCode, Signal, SignalType

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NEVER = -(2**63)  # where there is no date
NO_REF = 2**64 - 1
COLUMNS = ("of", "added", "expires", "ref")


@dataclass(frozen=True, eq=False)
class Facts:
    """`of` (n x 2): list number and kind; `added`, `expires`: microseconds of the epoch; `ref`: places in the pool."""

    of: NDArray[np.uint32]
    added: NDArray[np.int64]
    expires: NDArray[np.int64]
    ref: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.of)

    def list_number(self, row: int) -> int:
        """The number of the list on which a row stands."""
        return self.of.item(row, 0)

    def signal(self, type: SignalType, value: str, row: int, shared: Shared) -> Signal:
        """A row as the signal that was put in."""
        labels, severity = shared.kinds[self.of.item(row, 1)]
        ref, added, expires = self._same or (_at(self.ref, row), _at(self.added, row), _at(self.expires, row))
        return Signal(type, value, labels, severity, shared.text(ref), _moment(added), _moment(expires))

    @cached_property
    def _same(self) -> tuple[int, int, int] | None:
        """Reference and dates where all rows have the same, as most lists do: read once."""
        columns = (self.ref, self.added, self.expires)
        if any(column.size != 1 for column in columns):
            return None
        return self.ref.item(0), self.added.item(0), self.expires.item(0)


@dataclass(frozen=True, eq=False)
class Shared:
    """What the rows of every type point into: kinds (labels and severity), and the pool of references."""

    kinds: list[tuple[tuple[str, ...], SeverityCode | None]]
    pool: NDArray[np.uint8]

    def text(self, place: int) -> str:
        """The reference at a place of the pool: its length in four bytes, then UTF-8."""
        if place == NO_REF:
            return ""
        size = int.from_bytes(self.pool[place : place + 4].tobytes(), "little")
        return self.pool[place + 4 : place + 4 + size].tobytes().decode("utf-8", "surrogatepass")

    def kinds_json(self) -> bytes:
        """The kinds as `facts.json` holds them."""
        rows = [{"labels": labels, "severity": asdict(code) if code else None} for labels, code in self.kinds]
        return ("[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]").encode()


def read_kinds(data: bytes) -> list[tuple[tuple[str, ...], SeverityCode | None]]:
    """The kinds of a `facts.json`."""
    rows: list[dict[str, Any]] = json.loads(data)
    return [(tuple(row["labels"]), SeverityCode(**row["severity"]) if row["severity"] else None) for row in rows]


class Gathering:
    """Signals being taken into columns, one after another, in few bytes each."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[tuple[str, ...], SeverityCode | None], int] = {}
        self.pool = bytearray()
        self._places: dict[str, int] = {"": NO_REF}
        self._rows: dict[tuple[SignalType, int], Rows] = {}

    def add(self, number: int, radius: int, signals: Iterable[Signal]) -> int:
        """Take in the signals of list `number` and say how many; `radius` is that of its PDQ hashes."""
        count = 0
        for signal in signals:
            count += 1
            key = (signal.type, radius if signal.type is SignalType.PDQ else 0)
            rows = self._rows.get(key) or self._rows.setdefault(key, Rows())
            rows.values += bytes.fromhex(signal.value)
            kind = self.kinds.setdefault((signal.labels, signal.severity), len(self.kinds))
            rows.of.extend((number, kind))
            rows.added.append(_ticks(signal.added))
            rows.expires.append(_ticks(signal.expires))
            rows.ref.append(self._place(signal.source_ref))
        return count

    def put(self, type: SignalType, radius: int, rows: Rows) -> None:
        """Take in rows that stand in columns already, all of a kind that is known."""
        self._rows[type, radius] = rows

    def shelves(self) -> list[tuple[SignalType, int, Rows]]:
        """The rows of each type and radius."""
        return [(type, radius, rows) for (type, radius), rows in sorted(self._rows.items())]

    def shared(self) -> Shared:
        """Kinds and pool, as they are by now."""
        return Shared(list(self.kinds), np.frombuffer(bytes(self.pool), np.uint8))

    def _place(self, text: str) -> int:
        place = self._places.get(text)
        if place is None:
            place = len(self.pool)
            data = text.encode("utf-8", "surrogatepass")
            self.pool += len(data).to_bytes(4, "little") + data
            if len(self._places) < 100_000:  # repeated references are few; unique ones must not fill the memory
                self._places[text] = place
        return place


class Rows:
    """The columns of one type and radius, growing."""

    def __init__(self) -> None:
        self.values = bytearray()
        self.of = array("I")
        self.added, self.expires = array("q"), array("q")
        self.ref = array("Q")

    def octets(self, width: int) -> NDArray[np.uint8]:
        """The values, `width` bytes each."""
        return np.frombuffer(bytes(self.values), np.uint8).reshape(-1, width)

    def facts(self, order: NDArray[np.int64]) -> Facts:
        """The facts in the order in which a table holds the values."""
        of = np.array(self.of, np.uint32).reshape(-1, 2)[order]
        added, expires = np.array(self.added, np.int64), np.array(self.expires, np.int64)
        ref = np.array(self.ref, np.uint64)
        return Facts(of, _short(added, order), _short(expires, order), _short(ref, order))


def joined(parts: list[Facts]) -> Facts:
    """The facts of several tables, one after another."""
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in COLUMNS[1:]:
        whole = np.concatenate([_whole(getattr(part, name), len(part)) for part in parts])
        columns[name] = _short(whole, np.arange(len(whole)))
    return Facts(np.concatenate([part.of for part in parts]), **columns)


def _short(column: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    if column.size and (column == column[0]).all():
        return column[:1].copy()
    return column[order]


def _whole(column: NDArray[Any], count: int) -> NDArray[Any]:
    return np.repeat(column, count) if column.size == 1 else column


def _at(column: NDArray[Any], row: int) -> int:
    at: int = column.item(row if column.size > 1 else 0)
    return at


def _ticks(moment: datetime | None) -> int:
    return NEVER if moment is None else (moment - EPOCH) // TICK


def _moment(ticks: int) -> datetime | None:
    return None if ticks == NEVER else EPOCH + ticks * TICK

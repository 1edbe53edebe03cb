# SPDX-License-Identifier: Apache-2.0
"""All PDQ hashes within a radius of one, none missed: by tables of chunks, or by looking at every row.

The arrays may be files mapped into memory, shared by every process that opens them.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from krama.signals import engine
from krama.signals.chunks import Plan, chunks_for, cuts, places, plan_for

Words = NDArray[np.uint64]
Ids = NDArray[np.uint32]
Marks = NDArray[np.uint16]
Ask = Callable[[NDArray[np.uint64], NDArray[np.uint64]], int]  # query, room for what is found; how many there are
MOST, MOST_OF_MANY = 4_096, 64  # hits for which there is room at once; past it one is searched again, with room
LITTLE = np.dtype("<u8")
NO_WORDS: Words = np.empty(0, np.uint64)
NO_IDS: Ids = np.empty(0, np.uint32)
NO_MARKS: Marks = np.empty(0, np.uint16)
OWN = local()  # of each thread
NO_PLAN = Plan(np.empty((0, 11), np.int64), np.empty(0, np.uint32), 0)


@dataclass(frozen=True, eq=False)
class NearTable:
    """Rows of four words: words 0 and 1 of each in `first`, 2 and 3 in `rest`; `chunks` is 0 without tables.

    Rows stand in the order of the first of `order` chunks, which is `chunks` where there are tables. 32 bytes a row,
    without tables.
    """

    first: Words = field(default_factory=lambda: NO_WORDS)
    rest: Words = field(default_factory=lambda: NO_WORDS)
    buckets: Ids = field(default_factory=lambda: NO_IDS)
    ids: Ids = field(default_factory=lambda: NO_IDS)
    chunks: int = 0
    order: int = 16
    marks: Marks = field(default_factory=lambda: NO_MARKS)

    def __post_init__(self) -> None:
        for array in (self.first, self.rest, self.buckets, self.ids, self.marks):
            array.flags.writeable = False

    def __len__(self) -> int:
        return self.first.size // 2

    def find(self, query: Words, radius: int) -> list[tuple[int, int]]:
        """(row, distance) of every row at most `radius` bits from the query's four words, nearest first."""
        if not self.first.size:
            return []
        ask = self._asks.get(radius) or self._ready(radius)
        if ask is None:
            with engine.by_numpy():
                return _split(_by_numpy(self.first, self.rest, query, radius))
        if not query.flags.c_contiguous:
            query = np.ascontiguousarray(query)  # the compiled code reads four words that lie side by side
        out = _room()
        found = ask(query, out)
        if not found:
            return []
        if found > MOST:
            out = np.empty(found, np.uint64)
            ask(query, out)
        return _split(out[:found])

    def equal(self, query: Words) -> list[int]:
        """The rows that are exactly the query's four words, by halving: needs no tables and no kernel."""
        bits = cuts(self.order)[0][1]
        key = _turned(int(query[0]), bits)
        row = bisect_left(range(len(self)), key, key=lambda at: _turned(int(self.first[2 * at]), bits))
        found = []
        while row < len(self) and self.first[2 * row] == query[0]:
            if self.first[2 * row + 1] == query[1] and (self.rest[2 * row : 2 * row + 2] == query[2:]).all():
                found.append(row)
            row += 1
        return found

    def find_many(self, queries: Words, radius: int, *, threads: int | None = None) -> list[list[tuple[int, int]]]:
        """`find` for each row of an n x 4 array, on all cores."""
        if not len(self) or not len(queries):
            return [[] for _ in queries]
        kernels = engine.kernels() if len(queries) * len(self) < 2_000_000 else engine.load()
        if kernels is None:
            return [self.find(query, radius) for query in queries]
        workers = min(threads or os.cpu_count() or 1, len(queries))
        parts = [part for part in np.array_split(queries, workers * 4) if len(part)]
        with ThreadPoolExecutor(workers) as pool:
            answers = pool.map(lambda part: self.tabled._ask_many(kernels, part, radius), parts)
            return [answer for part in answers for answer in part]

    @cached_property
    def tabled(self) -> NearTable:
        """This table with tables, where it is large enough to need them and has none yet; rows keep their places."""
        if self.chunks or not chunks_for(len(self)) or engine.load() is None:
            return self
        buckets, ids, marks = fill(self.first, self.rest, self.order)
        return NearTable(self.first, self.rest, buckets, ids, self.order, self.order, marks)

    @cached_property
    def _asks(self) -> dict[int, Ask]:
        return {}

    def _ready(self, radius: int) -> Ask | None:
        """What answers at one radius, kept for the next question; None until the kernels are worth loading."""
        kernels = engine.kernels()
        if kernels is None:
            return None
        table, limit = self.tabled, np.uint64(radius)
        plan = plan_for(table.chunks, radius, len(table))
        first, rest, buckets, ids, marks = table.first, table.rest, table.buckets, table.ids, table.marks
        if plan is None:

            def ask(query: Words, out: Words) -> int:
                return kernels.brute(query, first, rest, limit, out)  # type: ignore[no-any-return]

        else:
            rows, masks, most, near = plan.rows, plan.masks, plan.most, engine.entry(kernels.near)

            def ask(query: Words, out: Words) -> int:
                return near(query, first, rest, buckets, ids, marks, rows, masks, limit, most, out)  # type: ignore[no-any-return]

        self._asks[radius] = ask
        return ask

    def _ask_many(self, kernels: Any, queries: Words, radius: int) -> list[list[tuple[int, int]]]:
        plan = plan_for(self.chunks, radius, len(self)) or NO_PLAN
        counts, out = np.empty(len(queries), np.int64), np.empty((len(queries), MOST_OF_MANY), np.uint64)
        tables = (self.first, self.rest, self.buckets, self.ids, self.marks)
        kernels.near_many(queries, *tables, plan.rows, plan.masks, np.uint64(radius), plan.most, counts, out)
        return [
            ([] if not count else _split(row[:count]) if count <= MOST_OF_MANY else self.find(query, radius))
            for count, row, query in zip(counts.tolist(), out, queries, strict=True)
        ]


def fill(first: Words, rest: Words, chunks: int) -> tuple[Ids, Ids, Marks]:
    """Buckets, ids and marks of every chunk, one chunk a core at a time. Raises `ImportError` without numba."""
    kernels = engine.load()
    if kernels is None:
        raise ImportError("numba is needed to make the tables of a large list")
    count, starts = first.size // 2, places(chunks)
    buckets, ids = np.empty(starts[-1], np.uint32), np.empty(count * (chunks - 1), np.uint32)
    first.flags.writeable = rest.flags.writeable = False
    marks, spare = np.empty(count * chunks, np.uint16), local()

    def one(number: int) -> None:
        (low, bits), (after, _bits) = cuts(chunks)[number], cuts(chunks)[(number + 1) % chunks]
        own = marks[count * number : count * (number + 1)]
        into = ids[count * (number - 1) : count * number] if number else NO_IDS.copy()  # the first's are 0, 1, 2, ...
        if not hasattr(spare, "held"):
            spare.held = np.empty(count, np.uint64)  # one a thread, for all its chunks
        bucket = buckets[starts[number] : starts[number + 1]]
        kernels.fill_table(first, rest, low, bits, after, bucket, into, own, spare.held)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, range(chunks)))
    return buckets, ids, marks


def table_of(words: Words) -> tuple[NearTable, NDArray[np.int64]]:
    """A table of rows (n x 4), not yet with its chunks' tables, and the order in which it holds them.

    They stand in the order of their first chunk, then of the other bits of word 0.
    """
    chunks = chunks_for(len(words)) or 16
    bits = np.uint64(cuts(chunks)[0][1])
    order = np.argsort((words[:, 0] << (np.uint64(64) - bits)) | (words[:, 0] >> bits))
    pairs = np.ascontiguousarray(words).view(np.complex128)  # two words are moved as one: four times as fast
    first, rest = (pairs[:, half][order].view(np.uint64) for half in (0, 1))
    return NearTable(first, rest, order=chunks), order


def words_of(values: Sequence[str]) -> Words:
    """Hex values as rows of four words."""
    return words_in(bytearray.fromhex("".join(values))).reshape(-1, 4)


def words_in(data: bytes | bytearray) -> Words:
    """Bytes as words of this machine; the first bit of a hash is the lowest of the first word's."""
    writable = data if isinstance(data, bytearray) else bytearray(data)  # kernels are compiled for one kind of array
    words: Words = np.frombuffer(writable, LITTLE)
    return words if LITTLE.isnative else words.astype(np.uint64)


def _room() -> Words:
    """Where this thread's next answer is written: made once, for it is larger than what a search reads."""
    room: Words | None = getattr(OWN, "room", None)
    if room is None:
        room = OWN.room = np.empty(MOST, np.uint64)
    return room


def _turned(word: int, bits: int) -> int:
    return (word << (64 - bits) | word >> bits) & (1 << 64) - 1


def _split(found: Words) -> list[tuple[int, int]]:
    if found.size > 1:
        found = np.sort(found)
    return [(both & 0xFFFFFFFF, both >> 32) for both in found.tolist()]


def _by_numpy(first: Words, rest: Words, query: Words, radius: int) -> Words:
    """Every row looked at, in blocks that stay in a core's cache."""
    parts = [_block(first, rest, query, radius, start) for start in range(0, first.size // 2, 65_536)]
    return np.concatenate(parts)


def _block(first: Words, rest: Words, query: Words, radius: int, start: int) -> Words:
    pairs = slice(2 * start, 2 * (start + 65_536))
    half = np.bitwise_count(first[pairs].reshape(-1, 2) ^ query[:2])
    near = np.flatnonzero(half[:, 0] + half[:, 1] <= radius)  # at most 128, so a byte holds the sum
    if not near.size:
        return NO_WORDS
    other = np.bitwise_count(rest[pairs].reshape(-1, 2)[near] ^ query[2:]).sum(axis=1, dtype=np.uint64)
    whole = other + half[near].sum(axis=1, dtype=np.uint64)
    kept = whole <= radius
    packed: Words = (whole[kept] << np.uint64(32)) | (near[kept] + start).astype(np.uint64)
    return packed

# SPDX-License-Identifier: Apache-2.0
"""The inner loops of the radius search, compiled by numba: multi-index hashing with prefetch, and brute force.

Multi-index hashing: Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (CVPR 2012).
Nothing here trusts what it reads: a bucket or a row that a damaged file names is held inside its array.
Import it only where much is searched: loading numba takes a third of a second. Kernels release the GIL.
"""

from __future__ import annotations

import numpy as np

from krama.signals.filling import MARK, fill_table
from krama.signals.vectors import (
    VECTOR,
    WORDS,
    alike,
    chunk_of,
    compiled,
    halves_within,
    lowest,
    ones,
    prefetch,
)

__all__ = ["brute", "fill_table", "near", "near_many"]

BLOCK = 1_024  # keys whose buckets are asked for at once
KNOWN = 8_192  # places for rows that were found, at most half of them filled: past that every row is looked at
READ = 8  # so many marks are compared while one row is read
CHUNK, LOW, BITS, BUCKETS, IDS, MASKS, BALL, WITHIN, MARKS, NEXT, BOTH = range(11)  # columns of a plan


@compiled
def brute(query, first, rest, radius, out):
    """Every row within `radius`: distance in the high half, row in the low, into `out`; returns how many there are.

    Half of each row is read as one stream of words, so many at once.
    """
    count, found = first.size // 2, 0
    whole = count // (WORDS // 2) * (WORDS // 2)
    for start in range(0, whole, WORDS // 2):
        close = halves_within(first, 2 * start, query[0], query[1], radius)
        while close:
            found = _take(query, first, rest, radius, start + lowest(close), out, found)
            close &= close - np.uint64(1)
    for row in range(whole, count):
        found = _take(query, first, rest, radius, row, out, found)
    return found


@compiled
def _distance(query, first, rest, row):
    low = ones(first[2 * row] ^ query[0]) + ones(first[2 * row + 1] ^ query[1])
    return low + ones(rest[2 * row] ^ query[2]) + ones(rest[2 * row + 1] ^ query[3])


@compiled
def _take(query, first, rest, radius, row, out, found):
    apart = _distance(query, first, rest, row)
    if apart > radius:
        return found
    if found < out.size:
        out[found] = (apart << np.uint64(32)) | np.uint64(row)
    return found + 1


@compiled
def near(query, first, rest, buckets, ids, marks, plan, masks, radius, most, out):
    """The same by the tables of `plan`; past `most` candidates (a dense list) by brute force instead."""
    found, seen = 0, 0
    starts = np.empty(BLOCK, np.int64)
    ends = np.empty(BLOCK, np.int64)
    rooms = np.empty(BLOCK, np.uint64)
    places = np.empty(BLOCK + VECTOR, np.int64)
    known = np.empty(KNOWN, np.uint32)
    if marks.size < VECTOR:
        return brute(query, first, rest, radius, out)
    for chunk in range(plan.shape[0]):
        ball, mark = plan[chunk, BALL], np.uint64(chunk_of(query, plan[chunk, NEXT], MARK))
        for begun in range(0, ball, BLOCK):
            held = _buckets(query, buckets, marks, plan, masks, chunk, begun, min(BLOCK, ball - begun), first.size // 2,
                            starts, ends, rooms)  # fmt: skip
            filled = 0
            for i in range(held):
                seen += ends[i] - starts[i]
                for line in range(starts[i] & -VECTOR, ends[i], VECTOR):
                    filled = _alike(marks, line, starts[i], ends[i], mark, rooms[i], places, filled)
                    if filled >= BLOCK:
                        found = _check(query, first, rest, ids, plan, chunk, radius, places, filled, out, known, found)
                        seen, filled = seen + READ * filled, 0
                if seen > most or found >= KNOWN // 2:
                    return brute(query, first, rest, radius, out)
            found = _check(query, first, rest, ids, plan, chunk, radius, places, filled, out, known, found)
            seen += READ * filled
    return found if found < KNOWN // 2 else brute(query, first, rest, radius, out)


@compiled
def _alike(marks, line, start, end, mark, room, places, filled):
    """Put where the marks in one cache line, from `start` on and before `end`, are near enough."""
    begin = min(line, marks.size - VECTOR)
    close = alike(marks, begin, mark, room)
    if begin < start:
        close &= ~np.uint64(0) << np.uint64(start - begin)
    if end - begin < VECTOR:
        close &= (np.uint64(1) << np.uint64(end - begin)) - np.uint64(1)
    while close:
        places[filled] = begin + lowest(close)
        close &= close - np.uint64(1)
        filled += 1
    return filled


@compiled
def _buckets(query, buckets, marks, plan, masks, chunk, begun, size, count, starts, ends, rooms):
    """Where the marks of so many keys of a chunk begin and end, and in how many bits they may differ; without empty."""
    key = chunk_of(query, plan[chunk, LOW], plan[chunk, BITS])
    for i in range(size):
        starts[i] = plan[chunk, BUCKETS] + (key ^ np.int64(masks[plan[chunk, MASKS] + begun + i]))
        prefetch(buckets, starts[i])
    held = 0
    for i in range(size):
        start = np.int64(buckets[starts[i]])
        end = min(np.int64(buckets[starts[i] + 1]), count)
        if start < end:
            starts[held], ends[held] = plan[chunk, MARKS] + start, plan[chunk, MARKS] + end
            rooms[held] = np.uint64(plan[chunk, BOTH]) - ones(np.uint64(masks[plan[chunk, MASKS] + begun + i]))
            for line in range(starts[held] & -VECTOR, ends[held], VECTOR):
                prefetch(marks, line)
            held += 1
    return held


@compiled
def _check(query, first, rest, ids, plan, chunk, radius, places, filled, out, known, found):
    """Take from the rows at these places those within the radius that no earlier chunk gave already."""
    count, base = first.size // 2, plan[chunk, IDS] - plan[chunk, MARKS]
    for i in range(filled):
        if plan[chunk, IDS] >= 0:
            prefetch(ids, base + places[i])
    for i in range(filled):
        row = np.int64(ids[base + places[i]]) if plan[chunk, IDS] >= 0 else places[i] - plan[chunk, MARKS]
        places[i] = min(row, count - 1)
        prefetch(first, 2 * places[i])
    for i in range(filled):
        row = places[i]
        half = ones(first[2 * row] ^ query[0]) + ones(first[2 * row + 1] ^ query[1])
        apart = half + ones(rest[2 * row] ^ query[2]) + ones(rest[2 * row + 1] ^ query[3]) if half <= radius else half
        if apart <= radius and found < KNOWN // 2:
            if not found:
                known[:] = 0
            if _is_new(known, row):
                if found < out.size:
                    out[found] = (apart << np.uint64(32)) | np.uint64(row)
                found += 1
    return found


@compiled
def _is_new(known, row):
    """Was this row not yet found by another chunk? Remembers it."""
    slot = ((row * 0x9E3779B1) >> 16) & (KNOWN - 1)
    while known[slot]:
        if np.int64(known[slot]) == row + 1:
            return False
        slot = (slot + 1) & (KNOWN - 1)
    known[slot] = np.uint32(row + 1)
    return True


@compiled
def near_many(queries, first, rest, buckets, ids, marks, plan, masks, radius, most, counts, out):
    """One row of `out` and one of `counts` a query; without a plan by brute force."""
    for i in range(counts.size):
        if plan.shape[0]:
            counts[i] = near(queries[i], first, rest, buckets, ids, marks, plan, masks, radius, most, out[i])
        else:
            counts[i] = brute(queries[i], first, rest, radius, out[i])

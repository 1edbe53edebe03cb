# SPDX-License-Identifier: Apache-2.0
"""The inner loops of the radius search, compiled by numba: multi-index hashing with prefetch, and brute force.

Multi-index hashing: Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (CVPR 2012).
Nothing here trusts what it reads: a bucket or a row that a damaged file names is held inside its array.
Import it only where much is searched: loading numba takes a third of a second. Kernels release the GIL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

BLOCK = 1_024  # rows whose distances are taken at once, so that the compiler uses vectors
CHUNK, LOW, BITS, BUCKETS, IDS, MASKS, BALL, WITHIN = range(8)  # columns of a plan


def compiled(function: Callable[..., Any]) -> Any:
    """Compiled at its first call, and from numba's cache after; where no place can be written to, in memory only."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available"
        return njit(nogil=True)(function)


@intrinsic
def ones(_context, word):
    """How many bits of a 64-bit word are set."""

    def build(_target, builder, _signature, given):
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), build


@intrinsic
def prefetch(_context, array, at):
    """Ask for the cache line of `array[at]` (one dimension), and do not wait."""

    def build(context, builder, signature, given):
        data = context.make_array(signature.args[0])(context, builder, given[0]).data
        place = builder.bitcast(builder.gep(data, [given[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        hint = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(hint, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, at), build


@compiled
def chunk_of(words, at, low, bits):
    """The `bits` bits from bit `low` on, of the four words from `words[at]` on."""
    word, off = low >> 6, np.uint64(low & 63)
    value = words[at + word] >> off
    if off + np.uint64(bits) > np.uint64(64):
        value |= words[at + word + 1] << (np.uint64(64) - off)
    return np.int64(value & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1)))


@compiled
def row_chunk(first, rest, row, low, bits):
    """The same of a row, whose words 0 and 1 stand in `first`, 2 and 3 in `rest`."""
    word, off = low >> 6, np.uint64(low & 63)
    value = (first[2 * row + word] if word < 2 else rest[2 * row + word - 2]) >> off
    if off + np.uint64(bits) > np.uint64(64):
        after = first[2 * row + word + 1] if word < 1 else rest[2 * row + word - 1]
        value |= after << (np.uint64(64) - off)
    return np.int64(value & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1)))


@compiled
def fill_table(first, rest, low, bits, buckets, ids):
    """`buckets[k]` to `buckets[k + 1]` are the places in `ids` of the rows whose chunk is k, rows in order.

    A counting sort in two steps: by the upper bits into parts whose buckets fit a core's cache, then within each.
    """
    count = ids.size
    lower = max(bits - 8, 0)
    parts = np.zeros((1 << (bits - lower)) + 1, np.int64)
    for row in range(count):
        parts[(row_chunk(first, rest, row, low, bits) >> lower) + 1] += 1
    for part in range(1, parts.size):
        parts[part] += parts[part - 1]
    held = np.empty(count, np.uint64)
    places = parts.copy()
    for row in range(count):
        key = row_chunk(first, rest, row, low, bits)
        held[places[key >> lower]] = (np.uint64(key) << np.uint64(32)) | np.uint64(row)
        places[key >> lower] += 1
    buckets[:] = 0
    for part in range(parts.size - 1):
        _fill_part(held[parts[part] : parts[part + 1]], part << lower, 1 << lower, parts[part], buckets, ids)
    buckets[buckets.size - 1] = count


@compiled
def _fill_part(held, lowest, width, base, buckets, ids):
    for at in range(held.size):
        buckets[np.int64(held[at] >> np.uint64(32))] += 1
    total = base
    for key in range(lowest, lowest + width):
        total += buckets[key]
        buckets[key] = total
    for at in range(held.size - 1, -1, -1):  # from the end: rows stay in order
        key = np.int64(held[at] >> np.uint64(32))
        buckets[key] -= 1
        ids[buckets[key]] = np.uint32(held[at] & np.uint64(0xFFFFFFFF))


@compiled
def _halves(words, tiled, out):
    for i in range(out.size):
        out[i] = np.uint8(ones(words[i] ^ tiled[i]))


@compiled
def _within(halves, radius):
    found = 0
    for i in range(halves.size // 2):
        found += np.uint64(halves[2 * i]) + np.uint64(halves[2 * i + 1]) <= radius
    return found


@compiled
def brute(query, first, rest, radius, out):
    """Every row within `radius`: distance in the high half, row in the low, into `out`; returns how many there are.

    Half of each row is read as one stream of words, in blocks, which is what compilers make vectors of.
    """
    count, found = first.size // 2, 0
    tiled = np.empty(2 * BLOCK, np.uint64)
    for i in range(tiled.size):
        tiled[i] = query[i & 1]
    part = np.empty(2 * BLOCK, np.uint8)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        _halves(first[2 * start : 2 * (start + size)], tiled[: 2 * size], part[: 2 * size])
        if _within(part[: 2 * size], radius):
            for i in range(size):
                half = np.uint64(part[2 * i]) + np.uint64(part[2 * i + 1])
                if half <= radius:
                    row = start + i
                    whole = half + ones(rest[2 * row] ^ query[2]) + ones(rest[2 * row + 1] ^ query[3])
                    if whole <= radius:
                        if found < out.size:
                            out[found] = (whole << np.uint64(32)) | np.uint64(row)
                        found += 1
    return found


@compiled
def near(query, first, rest, buckets, ids, plan, masks, radius, most, out):
    """The same by the tables of `plan`; past `most` candidates (a dense list) by brute force instead."""
    count, found, seen = first.size // 2, 0, 0
    starts = np.empty(BLOCK, np.int64)
    ends = np.empty(BLOCK, np.int64)
    rows = np.empty(BLOCK, np.uint32)
    for chunk in range(plan.shape[0]):
        low, bits = plan[chunk, LOW], plan[chunk, BITS]
        bucket_base, id_base = plan[chunk, BUCKETS], plan[chunk, IDS]
        mask_base, ball = plan[chunk, MASKS], plan[chunk, BALL]
        key = chunk_of(query, 0, low, bits)
        for begun in range(0, ball, BLOCK):
            size = min(BLOCK, ball - begun)
            for i in range(size):
                starts[i] = bucket_base + (key ^ np.int64(masks[mask_base + begun + i]))
                prefetch(buckets, starts[i])
            held = 0
            for i in range(size):
                start = np.int64(buckets[starts[i]])
                end = min(np.int64(buckets[starts[i] + 1]), count)
                if start < end:
                    if id_base >= 0:
                        prefetch(ids, id_base + start)
                    else:
                        prefetch(first, 2 * start)
                    starts[held], ends[held] = start, end
                    held += 1
                    seen += end - start
            if seen > most:
                return brute(query, first, rest, radius, out)
            filled = 0
            for i in range(held):
                for at in range(starts[i], ends[i]):
                    row = np.uint32(at) if id_base < 0 else min(ids[id_base + at], np.uint32(count - 1))
                    prefetch(first, 2 * np.int64(row))
                    rows[filled] = row
                    filled += 1
                    if filled == BLOCK:
                        found = _check(query, first, rest, plan, chunk, radius, rows, filled, out, found)
                        filled = 0
            found = _check(query, first, rest, plan, chunk, radius, rows, filled, out, found)
    return found


@compiled
def _check(query, first, rest, plan, chunk, radius, rows, filled, out, found):
    """Take from the candidates those within the radius that no earlier chunk gave already."""
    for i in range(filled):
        row = np.int64(rows[i])
        half = ones(first[2 * row] ^ query[0]) + ones(first[2 * row + 1] ^ query[1])
        if half <= radius:
            whole = half + ones(rest[2 * row] ^ query[2]) + ones(rest[2 * row + 1] ^ query[3])
            if whole <= radius and _is_new(query, first, rest, plan, chunk, row):
                if found < out.size:
                    out[found] = (whole << np.uint64(32)) | np.uint64(row)
                found += 1
    return found


@compiled
def _is_new(query, first, rest, plan, chunk, row):
    for before in range(chunk):
        low, bits = plan[before, LOW], plan[before, BITS]
        differs = chunk_of(query, 0, low, bits) ^ row_chunk(first, rest, row, low, bits)
        if ones(np.uint64(differs)) <= plan[before, WITHIN]:
            return False
    return True


@compiled
def near_many(queries, first, rest, buckets, ids, plan, masks, radius, most, counts, out):
    """One row of `out` and one of `counts` a query; without a plan by brute force."""
    for i in range(counts.size):
        if plan.shape[0]:
            counts[i] = near(queries[i], first, rest, buckets, ids, plan, masks, radius, most, out[i])
        else:
            counts[i] = brute(queries[i], first, rest, radius, out[i])

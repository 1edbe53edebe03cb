# SPDX-License-Identifier: Apache-2.0
"""Making the table of one chunk: a counting sort, compiled by numba."""

from __future__ import annotations

import numpy as np

from krama.signals.vectors import compiled, cut

MARK = 16  # see `chunks`


@compiled
def fill_table(first, rest, low, bits, after, buckets, ids, marks, held):
    """`buckets[k]` to `buckets[k + 1]` are the places in `ids` of the rows whose chunk is k, rows in order.

    At the same places in `marks` stand their bits from bit `after` on. A counting sort in two steps: by the upper bits
    into parts whose buckets fit a core's cache, then within each. A row stands in `held` as lower bits, mark, number.
    """
    count, lower = marks.size, max(bits - 8, 0)
    words, next_words, marked, next_marked = (
        first if low < 128 else rest, first if low < 64 else rest,
        first if after < 128 else rest, first if after < 64 else rest,
    )  # fmt: skip
    at, next_at = (low >> 6) & 1, min((low >> 6) + 1, 3) & 1
    mark_at, next_mark_at = (after >> 6) & 1, min((after >> 6) + 1, 3) & 1
    parts = np.zeros((1 << (bits - lower)) + 1, np.int64)
    for row in range(count):
        parts[(cut(words[2 * row + at], next_words[2 * row + next_at], low, bits) >> lower) + 1] += 1
    for part in range(1, parts.size):
        parts[part] += parts[part - 1]
    places = parts.copy()
    for row in range(count):
        key = cut(words[2 * row + at], next_words[2 * row + next_at], low, bits)
        mark = cut(marked[2 * row + mark_at], next_marked[2 * row + next_mark_at], after, MARK)
        small = np.uint64(key & ((1 << lower) - 1))
        held[places[key >> lower]] = (small << np.uint64(48)) | (np.uint64(mark) << np.uint64(32)) | np.uint64(row)
        places[key >> lower] += 1
    buckets[:] = 0
    for part in range(parts.size - 1):
        own = buckets[part << lower : (part + 1) << lower]
        _fill_part(held[parts[part] : parts[part + 1]], parts[part], own, ids, marks)
    buckets[buckets.size - 1] = count


@compiled
def _fill_part(held, base, buckets, ids, marks):
    for at in range(held.size):
        buckets[np.int64(held[at] >> np.uint64(48))] += 1
    total = base
    for key in range(buckets.size):
        total += buckets[key]
        buckets[key] = total
    for at in range(held.size - 1, -1, -1):  # from the end: rows stay in order
        key = np.int64(held[at] >> np.uint64(48))
        place = buckets[key] - np.uint32(1)
        buckets[key] = place
        marks[place] = np.uint16((held[at] >> np.uint64(32)) & np.uint64(0xFFFF))
        if ids.size:
            ids[place] = np.uint32(held[at] & np.uint64(0xFFFFFFFF))

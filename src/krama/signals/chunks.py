# SPDX-License-Identifier: Apache-2.0
"""How 256 bits are cut into chunks, and how far each chunk may differ so that nothing within a radius is missed.

If two hashes differ in at most r bits and t_1 + ... + t_m = r - m + 1, then in some chunk i they differ in at most t_i
bits (the general pigeonhole principle: Qin, Xiao, Wang, Wang, "GPH", ICDE 2018): were it not so, they would differ in
at least the sum of all t_i + 1, which is r + 1.

More is true of some chunk of such a pair: taken with the chunk after it (the first follows the last), they differ in at
most t_i + t_next + 1 bits in both (the pigeonring: Qin, Xiao, VLDB 2018). So beside each row in a bucket stand 16 bits
of its next chunk, its mark: nearly all rows are passed over by their marks, and never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

WIDTH = 256
SMALLEST = 20_000  # rows; below it looking at every row is as fast
LARGE = 4_000_000  # rows; past it fifteen chunks take less memory than sixteen
WIDEST_BALL = 60_000  # keys of one chunk; past it looking at every row is faster, whatever the size
PROBE, CANDIDATE, ROW = 36.0, 2.5, 0.5  # nanoseconds, measured on one core; only their ratios matter


@dataclass(frozen=True)
class Plan:
    """What to ask of each chunk's table: rows of numbers as `kernels` reads them, and the masks of the keys asked."""

    rows: NDArray[np.int64]
    masks: NDArray[np.uint32]
    most: int  # candidates past which every row is looked at


def chunks_for(count: int) -> int:
    """How many chunks a list of that size is cut into; 0 where it needs no tables.

    Narrow ones ask few keys, and have more marks to compare in each bucket, which lie side by side. In all 174 bytes a
    hash at a hundred thousand (most of it buckets), 136 at a million, 127 at ten million.
    """
    if count < SMALLEST:
        return 0
    return 16 if count <= LARGE else 15


def cuts(chunks: int) -> list[tuple[int, int]]:
    """First bit and number of bits of each chunk."""
    edges = [WIDTH * number // chunks for number in range(chunks + 1)]
    return [(low, high - low) for low, high in pairwise(edges)]


def places(chunks: int) -> list[int]:
    """Where each chunk's buckets start; at the end, how many there are in all."""
    starts = [0]
    for _low, bits in cuts(chunks):
        starts.append(starts[-1] + (1 << bits) + 1)
    return starts


def tolerances(chunks: int, radius: int, count: int) -> list[int]:
    """How many bits may differ in each chunk; -1 where the chunk need not be asked at all."""
    bits = [width for _low, width in cuts(chunks)]
    within = [-1] * chunks
    for _ in range(radius + 1):
        dearer = [comb(b, t + 1) * (PROBE + CANDIDATE * count / 2**b) if t < b else np.inf
                  for b, t in zip(bits, within, strict=True)]  # fmt: skip
        within[dearer.index(min(dearer))] += 1
    return within


@lru_cache(maxsize=64)
def plan_for(chunks: int, radius: int, count: int) -> Plan | None:
    """The plan for one radius, or None where looking at every row costs less."""
    if not chunks:
        return None
    within, starts = tolerances(chunks, radius, count), places(chunks)
    balls = [sum(comb(bits, n) for n in range(t + 1)) for (_low, bits), t in zip(cuts(chunks), within, strict=True)]
    pairs = list(zip(cuts(chunks), balls, strict=True))
    cost = sum(ball * (PROBE + CANDIDATE * count / 2**bits) for (_low, bits), ball in pairs)
    if max(balls) > WIDEST_BALL or cost > ROW * count:
        return None
    rows, masks, filled = [], [], 0
    for number, ((low, bits), ball) in enumerate(pairs):
        ids = (number - 1) * count if number else -1  # rows stand in the order of the first chunk: it needs no ids
        if ball:
            after = (number + 1) % chunks
            both = within[number] + within[after] + 1
            tables = (number, low, bits, starts[number], ids, filled, ball, within[number])
            rows.append((*tables, number * count, cuts(chunks)[after][0], both))
            masks.append(_ball(bits, within[number]))
            filled += ball
    return Plan(np.array(rows, np.int64), np.concatenate(masks), int(count * ROW / CANDIDATE))


@lru_cache(maxsize=256)
def _ball(bits: int, within: int) -> NDArray[np.uint32]:
    """Every mask of at most that many bits, in order: neighbours share a cache line of the buckets."""
    masks = [sum(1 << bit for bit in chosen) for n in range(within + 1) for chosen in combinations(range(bits), n)]
    return np.array(sorted(masks), np.uint32)

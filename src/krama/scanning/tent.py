# SPDX-License-Identifier: Apache-2.0
"""PDQ's two box filters and its decimation to 64 samples as one banded map a side, folded onto a smaller decode.

A box twice is a tent about a 64th of the side wide, so each pixel counts in one or two of the 64 samples. Weights are
those of the FULL side also where a decoder gave one pixel for `factor` of them: never hash the small picture as if it
were the original (that differs by 4 to 12 bits, this by 1).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from krama.scanning.pdq import BLOCKS, Floats, _window

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Group = tuple[int, int, Floats]
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
ROWS, ROWS_LARGE, COLUMNS = 8, 4, 16  # samples worked on at once: the fastest of 4 to 64 (measured)
LARGE = 600  # pixels of a side; past it a group of eight no longer fits the cache


def shrunk(rows: Callable[[int, int], Bytes], size: tuple[int, int], factor: int = 1) -> Floats:
    """64 x 64 brightness of a picture of `size` (width, height).

    `rows(top, bottom)` gives those rows of the decode, which has one pixel for `factor` of the picture a side:
    uint8, rows x columns of gray or rows x columns x 3 of RGB.
    """
    width, height = size
    together = ROWS if height // factor <= LARGE else ROWS_LARGE
    tall = np.empty((BLOCKS, 0), np.float32)
    for number, (top, bottom, weights) in enumerate(groups(height, factor, together)):
        band = rows(top, bottom)
        colours = band.shape[2:]
        tall = tall if number else np.empty((BLOCKS, band[0].size), np.float32)
        part = tall[number * together : (number + 1) * together]
        np.matmul(weights, band.reshape(len(band), -1).astype(np.float32), out=part)
    tall = tall.reshape(BLOCKS, -1, 3) @ LUMA if colours else tall
    small = np.empty((BLOCKS, BLOCKS), np.float32)
    for number, (left, right, weights) in enumerate(groups(width, factor, COLUMNS)):
        np.matmul(tall[:, left:right], weights.T, out=small[:, number * COLUMNS : (number + 1) * COLUMNS])
    return small


@lru_cache(maxsize=512)
def groups(side: int, factor: int, together: int) -> tuple[Group, ...]:
    """For so many samples at a time: the first pixel they need, the one past the last, and samples x pixels weights."""
    starts, weights = folded(*tent(side), factor, -(-side // factor))
    width = weights.shape[1]
    found = []
    for first in range(0, BLOCKS, together):
        own = starts[first : first + together]
        dense = np.zeros((together, own[-1] + width - own[0]), np.float32)
        dense[np.arange(together)[:, None], (own - own[0])[:, None] + np.arange(width)] = weights[first:][:together]
        dense.setflags(write=False)
        found.append((int(own[0]), int(own[-1] + width), dense))
    return tuple(found)


def tent(side: int) -> tuple[NDArray[np.int64], Doubles]:
    """Where each of the 64 samples begins on a side of so many pixels, and its weights, 64 x (widest sample)."""
    low, high = _windows(side)
    sums = np.concatenate([[0], np.cumsum(1 / (high - low))])  # of what one pixel of the first pass weighs
    sampled = ((np.arange(BLOCKS) + 0.5) * side / BLOCKS).astype(np.int64)
    from_, to = low[sampled], high[sampled]
    width = int((high[to - 1] - low[from_]).max())
    starts = np.minimum(low[from_], side - width)
    pixels = starts[:, None] + np.arange(width)
    every = np.arange(side)
    begins = np.maximum(from_[:, None], np.searchsorted(high, every, side="right")[pixels])
    ends = np.minimum(to[:, None], np.searchsorted(low, every, side="right")[pixels])
    return starts, np.where(begins < ends, sums[ends] - sums[begins], 0) / (to - from_)[:, None]


def _windows(side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From which pixel to which, not with it, the box filter of each pixel of a side reaches (see `pdq._box`)."""
    window = _window(side)
    half = (window + 2) // 2
    pixel = np.arange(side)
    return np.maximum(0, pixel - (window - half)), np.minimum(side, pixel + half)


def folded(starts: NDArray[np.int64], weights: Doubles, factor: int, count: int) -> tuple[NDArray[np.int64], Doubles]:
    """The same on `count` pixels that are each the mean of `factor` (the last one perhaps of fewer).

    What a pixel of the decode stands for is taken to slope as its two neighbours do, not to be flat: that halves the
    distance to the exact hash. So its weight is the sum of theirs, and their first moment goes to the neighbours.
    """
    if factor == 1:
        return starts, weights
    first = starts // factor
    width = int(((starts + weights.shape[1] - 1) // factor - first).max()) + 1
    whole = np.zeros((BLOCKS, width * factor))
    np.put_along_axis(whole, (starts - first * factor)[:, None] + np.arange(weights.shape[1]), weights, axis=1)
    pixels = whole.reshape(BLOCKS, width, factor)
    slopes = pixels @ (np.arange(factor) - (factor - 1) / 2) / (2 * factor)
    spread = np.pad(pixels.sum(axis=2), ((0, 0), (1, 1)))
    spread[:, 2:] += slopes
    spread[:, :-2] -= slopes
    return _inside(first - 1, spread, count)


def _inside(starts: NDArray[np.int64], weights: Doubles, count: int) -> tuple[NDArray[np.int64], Doubles]:
    """What lies before the first pixel counts for the first, what lies past the last for the last."""
    width = min(weights.shape[1], count)
    first = np.clip(starts, 0, count - width)
    places = np.clip(starts[:, None] + np.arange(weights.shape[1]), 0, count - 1) - first[:, None]
    inside = np.zeros((BLOCKS, width))
    np.add.at(inside, (np.arange(BLOCKS)[:, None], places), weights)
    return first, inside

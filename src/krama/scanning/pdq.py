# SPDX-License-Identifier: Apache-2.0
"""PDQ: a 256-bit hash of how a picture looks, and a quality from 0 to 100 (Meta, "PDQ hashing", 2019).

Bit-equal to the `pdqhash` package at full size without EXIF turn: every float32 operation stands in its order.
Must never be made faster by another order of additions unless the vectors in tests/scanning still hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

BLOCKS = 64  # the picture becomes 64 x 64
PASSES = 2  # two box filters make a tent
SMALLEST_SIDE = 5  # below it the reference answers all zeros at quality 0
CHUNK = 1 << 21  # floats worked on at once: 8 MiB an array


class Pdq(NamedTuple):
    """`value`: 64 lower hex digits, most significant first. `quality`: 0 (flat) to 100."""

    value: str
    quality: int


class Spectrum(NamedTuple):
    """What a hash is made of: the 16 x 16 lowest frequencies but the mean (down, across), and the quality."""

    frequencies: Floats
    quality: int

    @property
    def pdq(self) -> Pdq:
        """The hash of the picture as it lies."""
        return Pdq(_bits(self.frequencies), self.quality)

    def turned(self) -> Iterator[Pdq]:
        """The hashes of the picture in all eight positions, the first as it lies.

        Then a quarter, half and three quarters to the left; top to bottom, left to right; both again after a quarter.
        A turned cosine is itself or its negative, so nothing is decoded or summed again (Meta, section "Dihedral").
        """
        sign = np.where(np.arange(16) % 2, 1, -1).astype(np.float32)
        down, across, lying = sign[:, None], sign[None, :], self.frequencies
        for one in (
            lying, lying.T * down, lying * down * across, lying.T * across,
            lying * down, lying * across, lying.T, lying.T * down * across,
        ):  # fmt: skip
            yield Pdq(_bits(one), self.quality)


def pdq_of(image: Image.Image) -> Pdq:
    """Hash a decoded picture as it lies, without EXIF turn. Holds 4 bytes a pixel beside the picture itself."""
    return spectrum_of(image).pdq


def spectrum_of(image: Image.Image) -> Spectrum:
    """The same, before it becomes bits."""
    luma = luma_of(image)
    height, width = luma.shape
    if height < SMALLEST_SIDE or width < SMALLEST_SIDE:
        return NOTHING
    small = luma if (height, width) == (BLOCKS, BLOCKS) else _shrink(luma)
    return Spectrum(_dct(small), _quality(small))


def luma_of(image: Image.Image) -> Floats:
    """Brightness, height x width, 0 to 255: weights in float64, rounded once, in bands so that memory stays small."""
    width, height = image.size
    luma = np.empty((height, width), np.float32)
    step = max(1, CHUNK // (4 * max(1, width)))
    for top in range(0, height, step):
        bottom = min(height, top + step)
        band = np.asarray(image.crop((0, top, width, bottom)).convert("RGB"))
        luma[top:bottom] = band[:, :, 0] * 0.299 + band[:, :, 1] * 0.587 + band[:, :, 2] * 0.114
    return luma


def _shrink(luma: Floats) -> Floats:
    height, width = luma.shape
    for _ in range(PASSES):
        _box_rows(luma, _window(width))
        _box_rows(luma.T, _window(height))
    rows = [int((i + 0.5) * height / BLOCKS) for i in range(BLOCKS)]
    columns = [int((j + 0.5) * width / BLOCKS) for j in range(BLOCKS)]
    return np.ascontiguousarray(luma[np.ix_(rows, columns)])


def _window(side: int) -> int:
    return (side + 2 * BLOCKS - 1) // (2 * BLOCKS)


def _box_rows(matrix: Floats, window: int) -> None:
    """Replace every row by its box-filtered self, some rows at a time."""
    count, length = matrix.shape
    step = max(1, CHUNK // (2 * length))
    for top in range(0, count, step):
        matrix[top : top + step] = _box(matrix[top : top + step], window)


def _box(rows: Floats, window: int) -> Floats:
    """The mean of a sliding window, its running sum kept in float32: add the right edge, then take off the left.

    The running sum of the terms +x, +x, …, +x, -x, +x, -x, …, -x, -x is one cumulative sum: the same roundings.
    """
    count, length = rows.shape
    half = (window + 2) // 2
    steady = length - window
    terms = np.empty((count, window + 2 * steady + half - 1), np.float32)
    terms[:, :window] = rows[:, :window]
    terms[:, window : window + 2 * steady : 2] = rows[:, window:]
    terms[:, window + 1 : window + 2 * steady : 2] = -rows[:, :steady]
    terms[:, window + 2 * steady :] = -rows[:, steady : steady + half - 1]
    sums = np.add.accumulate(terms, axis=1, out=terms)
    out = np.empty_like(rows, order="C")
    grow = window - half + 1
    out[:, :grow] = sums[:, half - 1 : window] / np.arange(half, window + 1, dtype=np.float32)
    out[:, grow : grow + steady] = sums[:, window + 1 : window + 2 * steady : 2] / np.float32(window)
    out[:, grow + steady :] = sums[:, window + 2 * steady :] / np.arange(
        window - 1, window - half, -1, dtype=np.float32
    )
    return out


def _cosines() -> Floats:
    scale = float(np.float32(math.sqrt(2.0 / BLOCKS)))
    turn = math.pi / 2.0 / BLOCKS
    rows = [[scale * math.cos(turn * (i + 1) * (2 * j + 1)) for j in range(BLOCKS)] for i in range(16)]
    return np.array(rows, np.float32)


COSINES = _cosines()  # 16 x 64
NOTHING = Spectrum(np.zeros((16, 16), np.float32), 0)  # of a picture too small to have any


def _dct(small: Floats) -> Floats:
    """The 16 x 16 lowest frequencies but the mean, summed from left to right (a matrix product would not be)."""
    half = np.zeros((16, BLOCKS), np.float32)
    for k in range(BLOCKS):
        half += COSINES[:, k, None] * small[None, k, :]
    out = np.zeros((16, 16), np.float32)
    for k in range(BLOCKS):
        out += half[:, k, None] * COSINES[None, :, k]
    return out


def _bits(frequencies: Floats) -> str:
    """One bit a frequency: is it above the lower median (the 128th of 256)?"""
    flat = frequencies.ravel()
    median = np.partition(flat, 127)[127]
    return np.packbits((flat > median)[::-1]).tobytes().hex()


def _quality(small: Floats) -> int:
    """Steps between neighbours, each cut to a whole number towards zero as the reference does."""
    steps = np.concatenate([(small[:-1] - small[1:]).ravel(), (small[:, :-1] - small[:, 1:]).ravel()])
    steps *= np.float32(100)
    steps /= np.float32(255)
    np.abs(np.trunc(steps, out=steps), out=steps)
    return min(100, int(steps.sum()) // 90)  # whole numbers below 2^24: their sum is exact in any order

# SPDX-License-Identifier: Apache-2.0
"""The banded map is the exact filter: the same weights on every side, and the same brightness folded or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.scanning import pdq, tent
from krama.testing import landscape

SIDES = st.integers(5, 700)


def boxed_twice(rows: pdq.Floats, side: int) -> pdq.Floats:
    """What the exact way makes of rows, at its 64 places."""
    for _ in range(pdq.PASSES):
        rows = pdq._box(rows, pdq._window(side))
    return rows[:, [int((i + 0.5) * side / 64) for i in range(64)]]


def dense(starts: np.ndarray, weights: np.ndarray, side: int) -> np.ndarray:
    out = np.zeros((64, side))
    np.put_along_axis(out, starts[:, None] + np.arange(weights.shape[1]), weights, axis=1)
    return out


@settings(max_examples=60, deadline=None)
@given(side=SIDES)
def test_a_side_is_filtered_as_by_two_boxes(side: int) -> None:
    rows = np.random.default_rng(side).uniform(0, 255, (3, side)).astype(np.float32)
    ours = rows @ dense(*tent.tent(side), side).T
    assert np.abs(ours - boxed_twice(rows.copy(), side)).max() < 0.01


@settings(max_examples=60, deadline=None)
@given(side=SIDES, factor=st.sampled_from([1, 2, 4, 8]))
def test_every_sample_weighs_one_whole_also_folded(side: int, factor: int) -> None:
    count = -(-side // factor)
    starts, weights = tent.folded(*tent.tent(side), factor, count)
    assert starts.min() >= 0
    assert (starts + weights.shape[1]).max() <= count
    assert np.allclose(weights.sum(axis=1), 1)


@settings(max_examples=40, deadline=None)
@given(side=st.integers(64, 700), factor=st.sampled_from([2, 4, 8]))
def test_a_slope_is_sampled_alike_from_all_its_pixels_and_from_their_means(side: int, factor: int) -> None:
    side -= side % factor
    slope = np.linspace(0, 255, side)
    means = slope.reshape(-1, factor).mean(axis=1)
    whole = dense(*tent.tent(side), side) @ slope
    small = dense(*tent.folded(*tent.tent(side), factor, len(means)), len(means)) @ means
    inner = slice(10, -10)  # at the ends there is no neighbour to tell the slope
    assert np.abs(whole - small)[inner].max() < 0.01


def test_a_fold_that_forgets_the_slope_would_be_seen() -> None:
    starts, weights = tent.tent(640)
    flat = np.repeat(np.linspace(0, 255, 640).reshape(-1, 8).mean(axis=1), 8)
    assert np.abs((dense(starts, weights, 640) @ (flat - np.linspace(0, 255, 640)))[10:-10]).max() > 0.1


@pytest.mark.parametrize("size", [(5, 5), (64, 64), (200, 131), (1300, 641)])
def test_colours_and_gray_shrink_to_what_the_exact_way_has(size: tuple[int, int]) -> None:
    image = landscape(3, size)
    pixels = np.asarray(image)
    luma = pdq.luma_of(image)
    gray = np.round(luma).astype(np.uint8)
    exact = luma.copy() if size == (64, 64) else pdq._shrink(luma.copy())
    assert np.abs(tent.shrunk(lambda top, bottom: pixels[top:bottom], size) - exact).max() < 0.01
    assert np.abs(tent.shrunk(lambda top, bottom: gray[top:bottom], size) - exact).max() < 0.6

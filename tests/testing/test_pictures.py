# SPDX-License-Identifier: Apache-2.0
"""Generated pictures are the same on every machine, and every seed is another picture."""

from __future__ import annotations

import hashlib

import pytest

from krama.testing import landscape, pattern


@pytest.mark.parametrize(
    ("made", "digest"),
    [(landscape(3, (90, 70)), "d3abfe332dd2ff6e"), (pattern(3, (90, 70)), "c1657bac1bbc586d")],
)
def test_a_seed_gives_the_same_pixels_everywhere(made: object, digest: str) -> None:
    assert hashlib.sha256(made.tobytes()).hexdigest()[:16] == digest  # type: ignore[attr-defined]


def test_every_seed_is_another_picture() -> None:
    assert len({landscape(seed, (64, 48)).tobytes() for seed in range(40)}) == 40
    assert len({pattern(seed, (64, 48)).tobytes() for seed in range(40)}) == 40

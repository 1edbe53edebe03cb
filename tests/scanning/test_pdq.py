# SPDX-License-Identifier: Apache-2.0
"""PDQ is bit-equal to the reference on every committed vector, and the vectors have teeth."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from krama.scanning import pdq
from krama.testing import changed_copy, jpeg, landscape, pattern
from tests.scanning.pdq_pictures import picture, specifications

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("pdq_vectors.json").read_text())


def differing(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        ours = pdq.pdq_of(picture(row["kind"], row["seed"], row["size"], row["mode"]))
        if (ours.value, ours.quality) != (row["value"], row["quality"]):
            found.append(row)
    return found


def distance(one: pdq.Pdq, other: pdq.Pdq) -> int:
    return (int(one.value, 16) ^ int(other.value, 16)).bit_count()


def test_every_vector_of_the_reference_is_met_bit_for_bit() -> None:
    assert differing(VECTORS) == []


def test_the_vectors_cover_every_specified_picture() -> None:
    assert [{key: row[key] for key in ("kind", "seed", "size", "mode")} for row in VECTORS] == specifications()


def wrong_median(frequencies: pdq.Floats) -> str:
    flat = frequencies.ravel()
    return np.packbits((flat > np.partition(flat, 128)[128])[::-1]).tobytes().hex()


def wrong_quality(small: pdq.Floats) -> int:
    return min(100, int(np.abs(small[:-1] - small[1:]).sum() * 100 / 255) // 90)


def wrong_window(rows: pdq.Floats, window: int) -> pdq.Floats:
    return correct_box(rows, window + 1)


def transposed(small: pdq.Floats) -> pdq.Floats:
    return correct_dct(small.T)


correct_box = pdq._box
correct_dct = pdq._dct


@pytest.mark.parametrize(
    ("name", "fault"),
    [("_bits", wrong_median), ("_quality", wrong_quality), ("_box", wrong_window), ("_dct", transposed)],
)
def test_a_planted_fault_is_caught_by_the_vectors(name: str, fault: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq, name, fault)
    assert differing([*VECTORS[:18], *(row for row in VECTORS if 0 < row["quality"] < 100)])


@pytest.mark.parametrize("chunk", [1, 1000])
def test_working_in_small_pieces_changes_nothing(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pdq.pdq_of(landscape(4, (161, 203)))
    monkeypatch.setattr(pdq, "CHUNK", chunk)
    assert pdq.pdq_of(landscape(4, (161, 203))) == whole


def test_a_changed_copy_is_near_and_other_pictures_are_far() -> None:
    for seed in range(6):
        known = pdq.pdq_of(landscape(seed))
        with_changes = changed_copy(landscape(seed))
        compressed = Image.open(BytesIO(jpeg(with_changes, quality=60)))
        assert distance(known, pdq.pdq_of(compressed)) <= 31
        assert distance(known, pdq.pdq_of(landscape(seed + 100))) > 60
        assert distance(known, pdq.pdq_of(pattern(seed))) > 60


TURNS = (
    None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270,
    Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
)  # fmt: skip


def test_the_eight_positions_are_the_references_bit_for_bit() -> None:
    rows = json.loads(Path(__file__).with_name("pdq_turned.json").read_text())
    assert len(rows) == 12
    for row in rows:
        image = picture(row["kind"], row["seed"], row["size"], "RGB")
        assert [one.value for one in pdq.spectrum_of(image).turned()] == row["values"]


@pytest.mark.parametrize("size", [(640, 480), (333, 512)])
def test_each_of_the_eight_is_near_the_hash_of_the_picture_so_turned(size: tuple[int, int]) -> None:
    for seed in range(4):
        image = landscape(seed, size)
        for turn, found in zip(TURNS, pdq.spectrum_of(image).turned(), strict=True):
            turned = image if turn is None else image.transpose(turn)
            assert distance(found, pdq.pdq_of(turned)) <= (0 if turn is None else 24)


def test_two_positions_taken_for_each_other_would_be_seen() -> None:
    image = landscape(1)
    found = list(pdq.spectrum_of(image).turned())
    for wrong, turn in enumerate(TURNS[1:]):
        assert turn is not None
        assert distance(found[wrong], pdq.pdq_of(image.transpose(turn))) > 60

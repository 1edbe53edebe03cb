# SPDX-License-Identifier: Apache-2.0
"""Samples of `make torture-gate` and `make torture-decoders`, and that each turns red."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.torture import decoders, lists
from tests.torture.gate import GateGround, Memory, Size, judged, run
from tests.torture.intake import ground_on

SAMPLE = Size(seconds=25, clients=2, pause=2.5, workers=1)


@pytest.mark.loopback
def test_what_was_answered_arrives_once_whoever_dies() -> None:
    with ground_on(False, "--demo", kind=GateGround) as ground:
        assert isinstance(ground, GateGround)
        found = run(ground, SAMPLE)
    assert {name: count for name, count in found["faults"].items() if count} == {}
    assert found["counts"]["answered as found"] > 5
    assert sum(found["kills"].values()) > 2


@pytest.mark.loopback
@pytest.mark.every
def test_a_disk_that_forgets_turns_it_red() -> None:
    with ground_on(False, "--demo", kind=GateGround) as ground:
        assert isinstance(ground, GateGround)
        ground.loses = True
        found = run(ground, Size(seconds=60, clients=3, pause=1, workers=1))
    assert found["faults"]["answered and missing"] > 0


@pytest.mark.parametrize(
    ("rows", "counted", "noted", "fault"),
    [
        (["a"], 1, 1, "answered and missing"),
        (["a", "b", "b"], 3, 3, "kept twice"),
        (["a", "b"], 3, 2, "counted other than kept"),
        (["a", "b"], 2, 3, "noted other than kept"),
    ],
)
def test_each_fault_is_seen_red(rows: list[str], counted: int, noted: int, fault: str) -> None:
    assert not any(judged({"a", "b"}, ["a", "b", "c"], 3, 3).values())
    assert judged({"a", "b"}, rows, counted, noted)[fault] > 0


def test_a_process_that_grows_is_seen_red() -> None:
    memory = Memory()
    memory._of = {1: [100_000] * 80, 2: [100_000 + 5_000 * n for n in range(80)]}
    assert memory.grown > 150_000


@pytest.mark.loopback
def test_every_harmed_file_of_a_sample_is_answered(tmp_path: Path) -> None:
    rows = decoders.run(tmp_path, decoders.Size(files=600, clients=2))
    assert [row["not answered"] for row in rows] == [0] * len(rows)
    assert all(row["answered"] + row["busy"] == row["files"] == 100 for row in rows)
    assert all(row["answered"] > 50 for row in rows)


@pytest.mark.loopback
@pytest.mark.every
def test_what_is_published_is_known_to_every_worker_and_nothing_fails() -> None:
    size = lists.Size(rounds=1, listed=100)
    with ground_on(False, "--demo") as ground:
        found = lists.run(ground.house, size)
    assert [max(found["rounds"][0].values()) < math.inf, set(found["answers"])] == [True, {"200"}]


@pytest.mark.loopback
@pytest.mark.every
def test_what_nobody_published_turns_it_red() -> None:
    size = lists.Size(rounds=1, listed=10, patience=5, publishes=False)
    with ground_on(False, "--demo") as ground:
        rows = lists.rows("SQLite", lists.run(ground.house, size), size)
    assert [row["met"] for row in rows] == [False, False, True]

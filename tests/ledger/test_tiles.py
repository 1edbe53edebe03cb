# SPDX-License-Identifier: Apache-2.0
"""Tiles: the paths and counts of the specification, and the same tiles however the log grew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.ledger import leaf_hash, leaves_of, root_of, tile_path, tiles_between
from krama.ledger.tiles import WIDTH

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


def grown(*sizes: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    old = 0
    for new in sizes:
        files.update(dict(tiles_between(old, new, files.get, LEAVES[old:new])))
        old = new
    return files


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, WIDTH, "tile/0/000"),
        (1234067, WIDTH, "tile/0/x001/x234/067"),
        (1000, 8, "tile/0/x001/000.p/8"),
        (999, WIDTH, "tile/0/999"),
    ],
)
def test_paths_are_those_of_the_specification(number: int, width: int, path: str) -> None:
    assert tile_path(0, number, width) == path


def test_a_tree_of_seventy_thousand_has_the_tiles_that_the_specification_counts() -> None:
    files = grown(70_000)
    by_level = [[name for name in files if name.startswith(f"tile/{level}/")] for level in range(4)]
    assert [len(names) for names in by_level] == [274, 2, 1, 0]
    assert {name for name in files if ".p/" in name} == {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}


def test_a_full_tile_begins_the_level_above() -> None:
    files = grown(256)
    assert set(files) == {"tile/0/000", "tile/1/000.p/1"}
    assert files["tile/1/000.p/1"] == root_of(LEAVES[:256])


@settings(max_examples=40)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=12))
def test_a_log_that_grew_in_steps_has_the_tiles_of_one_that_did_not(steps: list[int]) -> None:
    sizes = [sum(steps[: number + 1]) for number in range(len(steps))]
    files, at_once = grown(*sizes), grown(sizes[-1])
    assert at_once.items() <= files.items()
    assert leaves_of(files) == leaves_of(at_once) == LEAVES[: sizes[-1]]


def test_no_full_tile_is_written_twice() -> None:
    files: dict[str, bytes] = {}
    for old, new in ((0, 300), (300, 600), (600, 601)):
        fresh = dict(tiles_between(old, new, files.get, LEAVES[old:new]))
        assert not {name for name in fresh if name in files}
        files.update(fresh)


def test_a_missing_tile_is_named_when_the_next_one_needs_it() -> None:
    files = grown(300)
    del files["tile/0/001.p/44"]
    with pytest.raises(ValueError, match=r"tile/0/001\.p/44 is missing"):
        dict(tiles_between(300, 301, files.get, LEAVES[300:301]))


def test_leaves_end_where_a_tile_is_missing() -> None:
    files = grown(800)
    del files["tile/0/001"]
    assert leaves_of(files) == LEAVES[:256]

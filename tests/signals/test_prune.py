# SPDX-License-Identifier: Apache-2.0
"""Old versions go; never the one in use, what it lies over, or what somebody may still be fetching."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krama.signals import HashList, Signal, SignalType, current_version, open_snapshot, publish_snapshot
from krama.signals.changes import publish_changes
from krama.signals.prune import prune

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KNOWN = HashList("Known", "somebody", "consent")


def signals(count: int) -> list[Signal]:
    return [Signal(SignalType.MD5, f"{number:032x}") for number in range(count)]


def published(folder: Path, count: int, days_ago: int) -> str:
    return publish_snapshot(folder, [(KNOWN, signals(count))], now=NOW - days_ago * DAY).version


def test_what_was_replaced_long_ago_goes_and_what_was_replaced_lately_stays(tmp_path: Path) -> None:
    oldest, older, newest = (published(tmp_path, count, ago) for count, ago in ((1, 9), (2, 8), (3, 1)))
    assert prune(tmp_path, keep=2 * DAY, now=NOW) == [oldest]
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {older, newest}
    assert open_snapshot(tmp_path).version == newest


def test_the_one_in_use_stays_however_old_it_is(tmp_path: Path) -> None:
    only = published(tmp_path, 1, 900)
    assert prune(tmp_path, keep=DAY, now=NOW) == []
    assert current_version(tmp_path) == only


def test_what_changes_lie_over_stays_with_them(tmp_path: Path) -> None:
    """The planted fault: a version that opens nothing, because what is below it went."""
    published(tmp_path, 50, 20)
    whole = published(tmp_path, 100, 9)
    base = open_snapshot(tmp_path)
    for ago in (8, 7):
        new = [("Known", one) for one in signals(100 + ago)[100:]]
        publish_changes(tmp_path, [KNOWN], new, base=base, now=NOW - ago * DAY)
    assert len(prune(tmp_path, keep=2 * DAY, now=NOW)) == 2
    found = open_snapshot(tmp_path)
    assert found.base == whole
    assert found.index.find(SignalType.MD5, f"{50:032x}", now=NOW)


@pytest.mark.parametrize("folder", ["nothing", "there"])
def test_where_nothing_was_published_nothing_goes(tmp_path: Path, folder: str) -> None:
    (tmp_path / "there").mkdir()
    assert prune(tmp_path / folder, keep=DAY, now=NOW) == []


def test_a_damaged_version_is_removed_as_others_are(tmp_path: Path) -> None:
    damaged, _ = published(tmp_path, 1, 9), published(tmp_path, 2, 8)
    (tmp_path / damaged / "manifest.json").write_text("{")
    assert prune(tmp_path, keep=DAY, now=NOW) == [damaged]

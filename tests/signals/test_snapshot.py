# SPDX-License-Identifier: Apache-2.0
"""Snapshots: what is published is found, damage is named, a kill leaves the old version or the new one."""

from __future__ import annotations

import json
import os
import signal as signals_of_the_system
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from krama.errors import BadSnapshot
from krama.signals import (
    HashList,
    SeverityCode,
    Signal,
    SignalType,
    WatchedSnapshots,
    current_version,
    encoding,
    open_snapshot,
    publish_snapshot,
)
from krama.signals import folder as folder_of_versions
from tests.signals.made import LISTS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE = HashList("one", "an owner", "a basis", ("x",), radius=7)
PDQ = Signal(SignalType.PDQ, "ab" * 32, ("y",), added=NOW)


def some(count: int) -> list[Signal]:
    return [Signal(SignalType.PDQ, f"{number:064x}", source_ref=str(number)) for number in range(count)]


@settings(deadline=None, max_examples=40)
@given(LISTS)
def test_opening_gives_exactly_what_was_published_and_still_stands(lists: list[tuple[HashList, list[Signal]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        info = publish_snapshot(Path(folder), lists, now=NOW)
        opened = open_snapshot(Path(folder))
    for (known, signals), (found, back) in zip(lists, opened.lists, strict=True):
        standing = [one for one in signals if one.stands(NOW)]
        assert found == known
        assert sorted(map(repr, back)) == sorted(map(repr, standing))
        assert info.counts[known.name] == len(standing)
        for one in standing:
            hits = opened.index.find(one.type, one.value, now=NOW)
            assert any(hit.signal == one and hit.list == known and hit.distance == 0 for hit in hits)


def test_withdrawn_and_expired_signals_are_left_out(tmp_path: Path) -> None:
    gone = [replace(PDQ, withdrawn=NOW), replace(PDQ, withdrawn=NOW + timedelta(days=1)), replace(PDQ, expires=NOW)]
    assert publish_snapshot(tmp_path, [(ONE, gone)], now=NOW).counts == {"one": 0}


def test_a_version_is_immutable_and_the_older_one_still_opens(tmp_path: Path) -> None:
    first = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW)
    second = publish_snapshot(tmp_path, [(ONE, some(3))], now=NOW + timedelta(seconds=1))
    assert first.version != second.version == current_version(tmp_path)
    assert len(open_snapshot(tmp_path, first.version).index) == 1
    assert publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW) == first


def test_nothing_published_is_no_version(tmp_path: Path) -> None:
    assert current_version(tmp_path / "none") is None
    with pytest.raises(BadSnapshot, match="publish the lists first"):
        open_snapshot(tmp_path)


KINDS = ("md5", "sha1", "sha256", "pdq", "url")
PARTS = ("", "_rest", "_of", "_added", "_expires", "_ref")
FILES = ["manifest.json", "lists.json", "facts.json", "refs.npy", "pdq_buckets.npy", "pdq_ids.npy", "pdq_marks.npy"] + [
    f"{kind}{part}.npy" for kind in KINDS for part in PARTS
]


def test_every_file_that_is_published_is_damaged_below(tmp_path: Path) -> None:
    names = {path.name for path in publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW).path.iterdir()}
    assert names - {"fitted.json"} == set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "cut", "flipped"])
def test_damage_is_named(name: str, damage: str, tmp_path: Path) -> None:
    path = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW).path / name
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    with pytest.raises(BadSnapshot, match=name):
        open_snapshot(tmp_path)


def test_an_edited_count_in_the_manifest_is_noticed(tmp_path: Path) -> None:
    path = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW).path / "manifest.json"
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps(manifest | {"counts": {"one": 5}}))
    with pytest.raises(BadSnapshot, match="changed after it was published"):
        open_snapshot(tmp_path)


def test_without_its_checksums_damage_would_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW).path / "pdq.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    monkeypatch.setattr(
        folder_of_versions,
        "digest_of",
        lambda path: json.loads((path.parent / "manifest.json").read_bytes())["sha256"][path.name],
    )
    assert len(open_snapshot(tmp_path).index) == 1  # the fault the checks above would see


def test_a_version_from_before_there_were_marks_is_searched_by_tables_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.delitem(encoding.PARTS, "pdq_marks")
        publish_snapshot(tmp_path, [(ONE, some(21_000))], now=NOW)
    opened = open_snapshot(tmp_path)
    assert not opened.index.layer.shelves[0].table.chunks
    hits = opened.index.find(SignalType.PDQ, some(21_000)[20_999].value, now=NOW)
    assert hits[0].signal.value == some(21_000)[20_999].value
    assert len(hits) == sum((number ^ 20_999).bit_count() <= 7 for number in range(21_000))


def test_a_version_of_the_first_format_still_opens() -> None:
    opened = open_snapshot(Path(__file__).with_name("format_one"))
    (one, first), (two, second) = opened.lists
    assert (one.name, one.owner, one.legal_basis, one.labels, one.action, one.radius) == (
        "one", "an owner", "a basis", ("x",), "review", 20,
    )  # fmt: skip
    pdq = Signal(
        SignalType.PDQ, "ab" * 32, ("y",), SeverityCode("uk", "2013", "A"), "r-1", NOW, datetime(2099, 1, 1, tzinfo=UTC)
    )
    assert {signal.type: signal for signal in first} == {
        SignalType.PDQ: pdq, SignalType.MD5: Signal(SignalType.MD5, "cd" * 16),
    }  # fmt: skip
    assert (two.radius, {signal.value for signal in second}) == (31, {"01" * 32, "02" * 20})


@pytest.mark.parametrize("text", ["../../etc", "", "x" * 40, "\u1780"])
def test_a_current_that_is_no_version_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "current").write_text(text)
    with pytest.raises(BadSnapshot, match="publish the lists again"):
        open_snapshot(tmp_path)


PUBLISH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from krama.signals import *
known = HashList("one", "o", "b")
for round in range(10_000):
    signals = [Signal(SignalType.PDQ, f"{round * 1000 + n:064x}") for n in range(300)]
    publish_snapshot(Path(sys.argv[1]), [(known, signals)], now=datetime.now(UTC))
    print(round, flush=True)
"""


def test_a_kill_while_publishing_leaves_the_old_version_or_the_new_one(tmp_path: Path) -> None:
    for kill in range(8):
        process = subprocess.Popen([sys.executable, "-c", PUBLISH, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.003 * kill)
        os.kill(process.pid, signals_of_the_system.SIGKILL)
        process.communicate()
        assert len(open_snapshot(tmp_path).index) == 300


def test_what_a_kill_left_is_swept_but_not_what_another_writes_now(tmp_path: Path) -> None:
    for name, age in ((".new-old", 7200), (".new-now", 0)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW)
    assert [path.name for path in tmp_path.glob(".new-*")] == [".new-now"]


def test_watching_picks_up_a_new_version_by_itself(tmp_path: Path) -> None:
    watched = WatchedSnapshots(tmp_path)
    assert (watched.version, len(watched.index)) == ("", 0)
    first = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW)
    assert (watched.version, len(watched.index)) == (first.version, 1)
    second = publish_snapshot(tmp_path, [(ONE, some(4))], now=NOW + timedelta(seconds=1))
    assert (watched.version, len(watched.index)) == (second.version, 4)
    assert watched.latest() is watched.latest()


def test_watching_keeps_the_last_good_version_when_the_new_one_is_bad(tmp_path: Path) -> None:
    watched = WatchedSnapshots(tmp_path)
    first = publish_snapshot(tmp_path, [(ONE, [PDQ])], now=NOW)
    assert watched.version == first.version
    bad = publish_snapshot(tmp_path, [(ONE, some(2))], now=NOW + timedelta(seconds=1))
    (bad.path / "pdq.npy").write_bytes(b"")
    assert (watched.version, len(watched.index)) == (first.version, 1)
    assert "pdq.npy" in (watched.problem or "")
    good = publish_snapshot(tmp_path, [(ONE, some(3))], now=NOW + timedelta(seconds=2))
    assert (watched.version, watched.problem) == (good.version, None)


def test_threads_that_watch_see_index_and_version_that_belong_together(tmp_path: Path) -> None:
    watched = WatchedSnapshots(tmp_path)
    counts: dict[str, int] = {"": 0}
    seen: list[tuple[str, int]] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            latest = watched.latest()
            seen.append((latest.version, len(latest.index)))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for count in range(1, 15):
        info = publish_snapshot(tmp_path, [(ONE, some(count))], now=NOW + timedelta(seconds=count))
        counts[info.version] = count
    stop.set()
    for thread in threads:
        thread.join()
    assert {counts[version] for version, _ in seen} == {number for _, number in seen}
    assert all(counts[version] == number for version, number in seen)

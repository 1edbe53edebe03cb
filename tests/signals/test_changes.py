# SPDX-License-Identifier: Apache-2.0
"""Changes over a whole version: what came is found, what went is not, and both as if all had been published anew."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.errors import BadSnapshot
from krama.signals import (
    HashList,
    Signal,
    SignalType,
    Snapshot,
    WatchedSnapshots,
    check_snapshot,
    fits,
    open_snapshot,
    publish_changes,
    publish_snapshot,
    watch,
    write_changes,
)
from krama.signals import folder as folders
from tests.signals.made import signals

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ONE = HashList("one", "an owner", "a basis", radius=7)
TWO = HashList("two", "an owner", "a basis", radius=31)
KNOWN = Signal(SignalType.PDQ, "ab" * 32, ("y",), added=NOW)
OTHER = Signal(SignalType.MD5, "cd" * 16, source_ref="r-1")
NEW = Signal(SignalType.PDQ, "0f" * 32, ("new",))


@pytest.fixture
def base(tmp_path: Path) -> Snapshot:
    publish_snapshot(tmp_path, [(ONE, [KNOWN, OTHER])], now=NOW)
    return open_snapshot(tmp_path)


def searched(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(known.name, repr(signal)) for known, found in snapshot.lists for signal in found}


STATE = st.lists(signals(), max_size=8, unique_by=lambda one: (one.type, one.value))


@settings(deadline=None, max_examples=60)
@given(STATE, STATE, st.data())
def test_changes_over_a_version_are_as_good_as_a_whole_one(
    before: list[Signal], added: list[Signal], data: st.DataObject
) -> None:
    withdrawn = [one for one in before if data.draw(st.booleans())]
    new = {(one.type, one.value): one for one in before if one not in withdrawn}
    new |= {(one.type, one.value): one for one in added}
    changed = [("one", replace(one, withdrawn=NOW)) for one in withdrawn] + [("one", one) for one in added]
    with tempfile.TemporaryDirectory() as name:
        publish_snapshot(Path(name), [(ONE, before)], now=NOW)
        info = publish_changes(Path(name), [ONE], changed, base=open_snapshot(Path(name)), now=LATER)
        opened = open_snapshot(Path(name))
        check_snapshot(Path(name), info.version)
    whole = Snapshot.of([(ONE, [one for one in new.values() if one.stands(LATER)])])
    stands = searched(opened)
    expired = {("one", repr(one)) for one in before if one.stands(NOW) and not one.stands(LATER)}
    assert stands - expired == searched(whole) - expired
    assert info.counts == {"one": len(opened.index)} == {"one": len(stands)}
    for one in [*before, *added]:
        hits = opened.index.find(one.type, one.value, now=LATER)
        assert sorted(map(repr, hits)) == sorted(map(repr, whole.index.find(one.type, one.value, now=LATER)))


def test_a_withdrawal_and_an_addition(tmp_path: Path, base: Snapshot) -> None:
    changed = [("one", replace(KNOWN, withdrawn=NOW)), ("one", NEW)]
    assert publish_changes(tmp_path, [ONE], changed, base=base, now=LATER).counts == {"one": 2}
    index = open_snapshot(tmp_path).index
    assert index.find(SignalType.PDQ, KNOWN.value, now=LATER) == []
    assert [hit.signal for hit in index.find(SignalType.PDQ, NEW.value, now=LATER)] == [NEW]
    assert [hit.signal for hit in index.find(SignalType.MD5, OTHER.value, now=LATER)] == [OTHER]


def test_a_new_list_and_one_that_is_paused(tmp_path: Path, base: Snapshot) -> None:
    publish_changes(tmp_path, [TWO], [("two", NEW)], base=base, now=LATER)
    opened = open_snapshot(tmp_path)
    assert searched(opened) == {("two", repr(NEW))}
    assert len(opened.index) == 1
    publish_changes(tmp_path, [ONE], [], base=base, now=LATER)
    assert len(open_snapshot(tmp_path).index) == 2


def test_what_a_list_asks_for_may_change_but_not_its_radius(tmp_path: Path, base: Snapshot) -> None:
    renamed = replace(ONE, legal_basis="another basis", labels=("z",))
    publish_changes(tmp_path, [renamed], [], base=base, now=LATER)
    opened = open_snapshot(tmp_path)
    assert opened.index.find(KNOWN.type, KNOWN.value, now=LATER)[0].list == renamed
    wider = replace(ONE, radius=8)
    assert not fits(base, [wider])
    assert not fits(opened, [ONE])  # changes stand on a whole version, never on changes
    assert not fits(Snapshot.of([]), [ONE])
    with pytest.raises(ValueError, match="whole version"):
        write_changes(tmp_path, [wider], [], base=base, now=LATER)


def test_the_version_below_is_not_opened_again(tmp_path: Path, base: Snapshot) -> None:
    watched = WatchedSnapshots(tmp_path)
    whole = watched.index.layer
    for minute in range(1, 4):
        publish_changes(tmp_path, [ONE], [("one", NEW)], base=base, now=NOW + timedelta(minutes=minute))
        assert watched.index.layer is whole
        assert len(watched.index) == 3


def test_changes_whose_version_below_is_gone_or_damaged_are_refused(tmp_path: Path, base: Snapshot) -> None:
    info = publish_changes(tmp_path, [ONE], [("one", NEW)], base=base, now=LATER)
    (tmp_path / base.version / "pdq.npy").write_bytes(b"")
    with pytest.raises(BadSnapshot, match=r"pdq\.npy"):
        open_snapshot(tmp_path)
    with pytest.raises(BadSnapshot, match=r"pdq\.npy"):
        check_snapshot(tmp_path, info.version)


@pytest.mark.parametrize("name", ["pdq_gone.npy", "pdq.npy", "lists.json", "pdq_of.npy"])
def test_damage_in_the_changes_is_named(name: str, tmp_path: Path, base: Snapshot) -> None:
    info = publish_changes(tmp_path, [ONE], [("one", replace(KNOWN, withdrawn=NOW))], base=base, now=LATER)
    path = info.path / name
    path.write_bytes(path.read_bytes()[:-1] + b"\7")
    with pytest.raises(BadSnapshot, match=name):
        open_snapshot(tmp_path)


def test_nobody_waits_while_another_thread_opens_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish_snapshot(tmp_path, [(ONE, [KNOWN])], now=NOW)
    watched = WatchedSnapshots(tmp_path)
    assert watched.version == first.version
    opening, go_on = threading.Event(), threading.Event()

    def slow(folder: Path, *, over: Snapshot) -> Snapshot:
        opening.set()
        assert go_on.wait(10)
        return open_snapshot(folder, over=over)

    monkeypatch.setattr(watch, "open_snapshot", slow)
    second = publish_snapshot(tmp_path, [(ONE, [KNOWN, OTHER])], now=LATER)
    loader = threading.Thread(target=watched.latest)
    loader.start()
    assert opening.wait(10)
    assert watched.version == first.version  # answered at once, by what is there
    go_on.set()
    loader.join()
    assert watched.version == second.version


def test_a_large_file_is_read_again_only_when_it_was_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SMALL", 0)
    info = publish_snapshot(tmp_path, [(ONE, [KNOWN, OTHER])], now=NOW)
    read: list[str] = []
    sound = folders.digest_of

    def reading(path: Path) -> str:
        read.append(path.name)
        return sound(path)

    monkeypatch.setattr(folders, "digest_of", reading)
    open_snapshot(tmp_path)
    assert read == []  # the publisher compared them
    path = info.path / "pdq.npy"
    whole = path.read_bytes()
    time.sleep(0.02)
    path.write_bytes(whole)
    open_snapshot(tmp_path)
    assert read == ["pdq.npy"]
    open_snapshot(tmp_path)
    assert read == ["pdq.npy"]  # noted anew
    time.sleep(0.02)
    path.write_bytes(whole[:-1] + b"\7")
    with pytest.raises(BadSnapshot, match=r"pdq\.npy does not fit"):
        open_snapshot(tmp_path)
    (info.path / "fitted.json").write_text("[1")  # whoever spoils the note makes everything be read
    path.write_bytes(whole)
    read.clear()
    open_snapshot(tmp_path)
    assert len(read) > 20

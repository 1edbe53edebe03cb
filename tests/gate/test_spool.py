# SPDX-License-Identifier: Apache-2.0
"""What was kept is there, whole, once, in order, whatever was cut; and only for who has the key."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.gate import spool as spools
from krama.gate.spool import NotKept, Segment, Spool, segments, waiting

KEY = b"k" * 32


def only(folder: Path) -> Segment:
    return next(iter(segments(folder, KEY)))


def read(folder: Path) -> list[object]:
    return [line.what for segment in segments(folder, KEY) for line in segment.lines(1_000)]


def test_what_is_kept_is_read_again_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path, KEY)
    for number in range(5):
        spool.keep([(f"id-{number}", {"number": number})])
    spool.keep([("id-5", {"number": 5}), ("id-6", {"number": 6})])
    assert read(tmp_path) == [{"number": number} for number in range(7)]
    assert waiting(tmp_path, KEY) == 7


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 400))
def test_a_file_cut_anywhere_gives_every_whole_line_and_no_half_one(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    spool = Spool(folder, KEY)
    spool.keep([("a", {"number": 1})])
    spool.keep([("b", {"number": 2})])
    spool.close()
    segment = only(folder)
    ends = [line.end for line in segment.lines(9)]
    whole = segment.path.read_bytes()
    segment.path.write_bytes(whole[:cut])
    assert [line.what for line in segment.lines(9)] == [{"number": n + 1} for n, end in enumerate(ends) if end <= cut]


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_bit_that_flips_never_gives_another_finding(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    Spool(folder, KEY).keep([("a", {"number": 1})])
    path = only(folder).path
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1 << bit
    path.write_bytes(data)
    assert all(what in (None, {"number": 1}) for what in read(folder))


def test_another_key_reads_nothing_and_a_line_moved_to_another_id_is_not_believed(tmp_path: Path) -> None:
    Spool(tmp_path, KEY).keep([("a", {"number": 1})])
    path = only(tmp_path).path
    assert Segment(path, b"x" * 32).lines(9)[0].what is None
    path.write_bytes(b"b" + path.read_bytes()[1:])
    assert read(tmp_path) == [None]


def test_after_a_write_that_failed_nothing_is_written_behind_a_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path, KEY)
    spool.keep([("a", {"number": 1})])
    real, calls = os.write, [0]

    def half(handle: int, data: bytes) -> int:
        calls[0] += 1
        if calls[0] == 1:
            return real(handle, bytes(data)[:7])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("krama.gate.spool.os.write", half)
        with pytest.raises(NotKept):
            spool.keep([("b", {"number": 2})])
    spool.keep([("c", {"number": 3})])
    assert read(tmp_path) == [{"number": 1}, {"number": 3}]


def test_many_threads_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path, KEY)

    def write(thread: int) -> None:
        for number in range(20):
            spool.keep([(f"{thread}-{number}", {"is": f"{thread}-{number}"})])

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(str(what) for what in read(tmp_path)) == sorted(
        str({"is": f"{thread}-{number}"}) for thread in range(8) for number in range(20)
    )


def test_a_segment_that_is_still_written_is_never_finished(tmp_path: Path) -> None:
    spool = Spool(tmp_path, KEY)
    spool.keep([("a", {"number": 1})])
    segment = only(tmp_path)
    segment.note(segment.lines(9)[-1].end)
    assert segment.lines(9) == []
    assert not segment.is_finished()
    spool.close()
    assert segment.is_finished()


def test_a_full_segment_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "SEGMENT", 300)
    spool = Spool(tmp_path, KEY)
    for number in range(9):
        spool.keep([(f"id-{number}", {"number": number})])
    assert len(list(segments(tmp_path, KEY))) > 1
    assert read(tmp_path) == [{"number": number} for number in range(9)]

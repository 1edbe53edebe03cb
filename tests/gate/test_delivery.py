# SPDX-License-Identifier: Apache-2.0
"""Each finding reaches the server once in the end: whoever dies, whatever is away, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.connectors.errors import Unreachable
from krama.errors import TooLarge
from krama.gate.counts import Counts
from krama.gate.delivery import REFUSED, Delivery
from krama.gate.known import now
from krama.gate.spool import Spool, read_line, segments

KEY = b"k" * 32


@dataclass
class Server:
    """Keeps each once by its id, as the real one does. `trouble`: what happens at each call, then nothing any more."""

    trouble: list[str] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: int = 0
    sums: dict[tuple[str, str], int] = field(default_factory=dict)
    refuses: str = ""

    def deliver(self, detections: list[dict[str, Any]], counts: list[dict[str, Any]]) -> dict[str, Any]:
        self.calls += 1
        what = self.trouble.pop(0) if self.trouble else ""
        if what == "away":
            raise Unreachable
        refused = [one for one in detections if one["scan_id"] == self.refuses]
        for one in detections:
            if one not in refused:
                self.kept.setdefault(one["scan_id"], one)
        for one in counts:
            self.sums[one["run"], one["day"]] = max(one["count"], self.sums.get((one["run"], one["day"]), 0))
        if what == "silent":  # it took them, and nobody heard it say so
            raise Unreachable
        return {"refused": [{"scan_id": one["scan_id"], "detail": "no"} for one in refused]}


class Once:
    """Lets a run go so many rounds."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds

    def wait(self, timeout: float) -> bool:
        self.left -= 1
        return self.left < 0


def fill(folder: Path, count: int) -> list[str]:
    spool = Spool(folder, KEY)
    ids = [f"id-{number:03d}" for number in range(count)]
    for one in ids:
        spool.keep([(one, {"scan_id": one})])
    spool.close()
    return ids


@settings(max_examples=40, deadline=None)
@given(trouble=st.lists(st.sampled_from(["away", "silent", ""]), max_size=12), count=st.integers(0, 250))
def test_everything_arrives_once_after_any_trouble(
    tmp_path_factory: pytest.TempPathFactory, trouble: list[str], count: int
) -> None:
    folder, server = tmp_path_factory.mktemp("spool"), Server(list(trouble))
    ids = fill(folder, count)
    Delivery(folder, KEY, server, pause=0).run(Once(40))
    assert sorted(server.kept) == ids
    assert list(segments(folder, KEY)) == []


def test_a_delivery_that_died_before_it_noted_sends_again_what_is_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, server = fill(tmp_path, 5), Server()
    with monkeypatch.context() as patch:
        patch.setattr("krama.gate.spool.replace_file", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Delivery(tmp_path, KEY, server).go_round()
    Delivery(tmp_path, KEY, server).go_round()
    assert sorted(server.kept) == ids
    assert server.calls == 2


def test_what_the_server_refuses_for_good_is_put_aside_and_the_others_go_on(tmp_path: Path) -> None:
    ids, server = fill(tmp_path, 5), Server(refuses="id-002")
    Delivery(tmp_path, KEY, server).go_round()
    assert sorted(server.kept) == [one for one in ids if one != "id-002"]
    assert read_line(KEY, (tmp_path / REFUSED).read_bytes())[1] == {"scan_id": "id-002"}


def test_a_call_is_never_longer_than_the_server_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.gate.delivery.LONGEST", 300)
    ids, server = fill(tmp_path, 9), Server()
    Delivery(tmp_path, KEY, server).go_round()
    assert sorted(server.kept) == ids
    assert server.calls == 3


def test_one_that_is_too_long_by_itself_is_put_aside_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krama.gate.delivery.LONGEST", 1)
    ids, server = fill(tmp_path, 3), Server()
    taken = server.deliver

    def strict(detections: list[dict[str, Any]], counts: list[dict[str, Any]]) -> dict[str, Any]:
        if any(one["scan_id"] == "id-001" for one in detections):
            raise TooLarge
        return taken(detections, counts)

    monkeypatch.setattr(server, "deliver", strict)
    Delivery(tmp_path, KEY, server).go_round()
    assert sorted(server.kept) == [ids[0], ids[2]]
    assert (tmp_path / REFUSED).exists()


def test_a_damaged_line_does_not_stop_the_others(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fill(tmp_path, 3)
    path = next(iter(segments(tmp_path, KEY))).path
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:30] + b"x" + lines[1][31:] + lines[2])
    server = Server()
    Delivery(tmp_path, KEY, server).go_round()
    assert sorted(server.kept) == ["id-000", "id-002"]
    assert "1 lines of the spool are damaged" in capfd.readouterr().err


def test_sums_are_told_until_they_are_known_and_then_no_more(tmp_path: Path) -> None:
    counts, server = Counts(tmp_path), Server(["away"])
    for _ in range(3):
        counts.add("allow", now(), now().date())
    counts.write()
    Delivery(tmp_path, KEY, server, pause=0).run(Once(4))
    assert list(server.sums.values()) == [3]
    assert server.calls == 2
    counts.add("allow", now(), now().date())
    counts.write()
    Delivery(tmp_path, KEY, server, pause=0).run(Once(3))
    assert list(server.sums.values()) == [4]

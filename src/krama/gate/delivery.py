# SPDX-License-Identifier: Apache-2.0
"""Delivering: what lies in the spool goes to the server, tried until it is taken, each finding once.

The server knows a finding by its id, so what was taken and not noted here, because somebody was killed between the
two, is taken once when it comes again. Only what the server refuses for good, by name, is put aside, and stays.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from krama.errors import KramaError, TooLarge
from krama.gate.counts import read_tallies
from krama.gate.saying import say
from krama.gate.spool import Line, Segment, line_of, segments

BATCH = 100  # findings of one call
LONGEST = 1 << 20  # bytes of one call's lines; one line alone may be longer
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between two tries while the server is away
REFUSED = "refused.kept"


class Taker(Protocol):
    """Who takes them: `KramaClient`."""

    def deliver(self, detections: list[dict[str, Any]], counts: list[dict[str, Any]]) -> dict[str, Any]:
        """Raises a `KramaError` when they were not taken; what is refused for good stands in `refused`."""


class Stop(Protocol):
    """When to end."""

    def wait(self, timeout: float) -> bool: ...


@dataclass
class Delivery:
    """One spool on its way to one server."""

    folder: Path
    key: bytes
    server: Taker
    pause: float = FIRST_PAUSE

    def run(self, stop: Stop) -> None:
        """Until told to stop. Only one delivers a spool at a time: a second waits."""
        with only_one(self.folder, stop) as alone:
            if not alone:
                return
            wait = 0.0
            while not stop.wait(wait):
                try:
                    moved = self.go_round()
                    self.pause, wait = FIRST_PAUSE, 0.0 if moved >= BATCH else 0.2
                except KramaError as problem:
                    say(f"not delivered, tried again in {self.pause:g} s: {problem.code}")
                    wait, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)

    def go_round(self) -> int:
        """Everything that lies there once; how many findings were taken."""
        moved = 0
        for segment in segments(self.folder, self.key):
            moved += self._segment(segment)
        for tally in read_tallies(self.folder):
            if tally.is_new:
                self.server.deliver([], tally.to_json())
                tally.note()
        return moved

    def _segment(self, segment: Segment) -> int:
        moved = 0
        while lines := fitting(segment.lines(BATCH), segment.delivered):
            self._take(lines)
            segment.note(lines[-1].end)
            moved += len(lines)
        if segment.is_finished():
            segment.remove()
        return moved

    def _take(self, lines: list[Line]) -> None:
        whole = {line.id: line.what for line in lines if line.what is not None}
        if whole:
            said = self._deliver(list(whole.values()))
            for refused in said.get("refused", []):
                self._put_aside(refused["scan_id"], whole.get(refused["scan_id"]), str(refused.get("detail", "")))
        damaged = sum(line.what is None for line in lines)
        if damaged:
            say(f"{damaged} lines of the spool are damaged and cannot be delivered")

    def _deliver(self, findings: list[dict[str, Any]]) -> dict[str, Any]:
        try:
            return self.server.deliver(findings, [])
        except TooLarge as problem:
            if len(findings) > 1:
                raise
            return {"refused": [{"scan_id": findings[0]["scan_id"], "detail": problem.detail}]}

    def _put_aside(self, id: str, what: dict[str, Any] | None, why: str) -> None:
        say(f"the server refuses a finding for good; it stays in {REFUSED}: {why[:200]}")
        if what is not None:
            with (self.folder / REFUSED).open("ab") as file:
                file.write(line_of(self.key, id, what))
                file.flush()
                os.fsync(file.fileno())


def fitting(lines: list[Line], start: int) -> list[Line]:
    """As many of them as one call takes: the first in any case."""
    return [line for number, line in enumerate(lines) if not number or line.end - start <= LONGEST]


@contextmanager
def only_one(folder: Path, stop: Stop) -> Iterator[bool]:
    """True once this process alone delivers from the folder; False when it was told to stop before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "delivery.lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if stop.wait(0.5):
                    yield False
                    return
            else:
                yield True
                return

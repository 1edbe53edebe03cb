# SPDX-License-Identifier: Apache-2.0
"""A few decoding processes, kept warm. A crash, a hang or greed costs the one file that caused it; another follows."""

from __future__ import annotations

import threading
from collections import deque

from krama.gate.child import Bounds, Child, Failed
from krama.gate.saying import say
from krama.scanning.apart import FAILED, Seen
from krama.scanning.container import read_frame
from krama.scanning.opening import Limits

SERVES = 10_000  # files, then it is replaced: what a decoder leaks goes with it


class Pool:
    """Threads may share one. `size` files are decoded at once; one more process stands ready to step in.

    `replaced`: how many died or were ended; `FAILED` is what is said of the file that did it.
    """

    def __init__(self, size: int, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._seats = threading.BoundedSemaphore(size)
        self._idle = deque(Child(self._bounds) for _ in range(size + 1))
        self._closed = False
        self.replaced = 0

    def read(self, data: bytes, limits: Limits | None = None, *, exact: bool = False, dihedral: bool = False) -> Seen:
        """What is in this file, as `read_picture` says it. Waits for a free process; never raises because of the bytes.

        `limits` are those that the processes were started with.
        """
        with self._seats:
            child = self._ready()
            try:
                seen = child.read(data, exact=exact, dihedral=dihedral)
            except Failed:
                self.replaced += 1
                say("a decoder was replaced: it died, took too long or said what no decoder says")
                self._replace(child)
                return _failed(data)
            if child.served >= SERVES:
                self._replace(child)
            else:
                self._idle.append(child)
            return seen

    def _ready(self) -> Child:
        """One that has started: a file must not pay for a process that could not."""
        for _ in range(3):
            child = self._idle.pop()
            try:
                child.ready()
            except Failed:
                self._replace(child)
            else:
                return child
        child = self._idle.pop()
        child.served = 0
        return child

    def holds(self) -> dict[str, bool]:
        """Which limits the kernel keeps here."""
        with self._seats:
            child = self._ready()
            self._idle.append(child)
            return dict(child.holds or {})

    def pids(self) -> list[int]:
        """The processes that wait for work."""
        return [child.pid for child in list(self._idle)]

    def close(self) -> None:
        """End them all."""
        self._closed = True
        while self._idle:
            self._idle.pop().end()

    def _replace(self, child: Child) -> None:
        child.end()
        if not self._closed:
            self._idle.appendleft(Child(self._bounds))  # last in line: it is still starting


def _failed(data: bytes) -> Seen:
    frame = read_frame(data)
    return Seen([], frame.media_type if frame else None, None, "undecodable", FAILED)

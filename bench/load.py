# SPDX-License-Identifier: Apache-2.0
"""Load from one process of its own: ready-made HTTP requests over a few connections, as cheap as Python can.

Run as `python -m bench.load HOST:PORT CONNECTIONS SECONDS RATE`, requests as JSON (base64) on standard input. RATE 0
asks again as soon as it is answered (closed); another asks at fixed moments whoever is slow, and counts from the moment
at which it was due (open), so that a stall is seen by all whom it held up. Answers JSON: how many of which status,
the waits, the seconds, and how much processor time this process itself took.
"""

from __future__ import annotations

import base64
import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 512  # connections of an open load


@dataclass
class Seen:
    """What came back: `waits` in milliseconds, in the order of the answers."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Answers of 200 a second."""
        return self.statuses["200"] / self.seconds

    @property
    def failed(self) -> int:
        """Answers of another status, and connections that broke."""
        return sum(count for status, count in self.statuses.items() if status != "200")

    def within(self, part: float) -> float:
        """Milliseconds in which this part of all answers came."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * part))]


class Line:
    """One connection: sends a request, reads its answer; opened anew where the other side closes it."""

    def __init__(self, address: tuple[str, int], watch: selectors.BaseSelector) -> None:
        self._address, self._watch = address, watch
        self._socket: socket.socket | None = None
        self._rest, self._got, self._events = memoryview(b""), bytearray(), 0
        self.due = 0.0

    def ask(self, request: bytes, due: float) -> None:
        """Begin; `step` does the rest."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setblocking(False)
        self._rest, self.due = memoryview(request), due
        self._got.clear()
        self._send()

    def step(self) -> str:
        """After an event: the status once the answer is whole, "broken", or "" while it is not."""
        assert self._socket
        try:
            if self._rest:
                self._send()
                return ""
            piece = self._socket.recv(65_536)
        except BlockingIOError:
            return ""
        except OSError:
            piece = b""
        if not piece:
            self.close()
            return "broken"
        self._got += piece
        return self._status()

    def close(self) -> None:
        if self._socket is not None:
            if self._events:
                self._watch.unregister(self._socket)
            self._socket.close()
        self._socket, self._events = None, 0

    def _send(self) -> None:
        assert self._socket
        while self._rest:
            try:
                self._rest = self._rest[self._socket.send(self._rest) :]
            except BlockingIOError:
                break
        wanted = selectors.EVENT_WRITE if self._rest else selectors.EVENT_READ
        if wanted != self._events:
            (self._watch.modify if self._events else self._watch.register)(self._socket, wanted, self)
            self._events = wanted

    def _status(self) -> str:
        end = self._got.find(HEAD_END)
        if end < 0:
            return ""
        head = bytes(self._got[:end]).lower()
        at = head.find(LENGTH) + len(LENGTH)
        if len(self._got) < end + len(HEAD_END) + int(head[at:].split(b"\r\n", 1)[0]):
            return ""
        if b"connection: close" in head:
            self.close()
        return head[9:12].decode()


def load(address: tuple[str, int], requests: Sequence[bytes], lines: int, seconds: float, rate: float) -> Seen:
    """All of it, in this process."""
    seen, watch = Seen(), selectors.DefaultSelector()
    every = [Line(address, watch) for _ in range(lines)]
    idle = deque(every)
    cpu, begun = time.process_time(), time.perf_counter()
    asked, due, ends = 0, begun, begun + seconds
    while True:
        now = time.perf_counter()
        while due <= now and (due if rate else now) < ends:
            if not idle and (not rate or len(every) >= MOST_LINES):
                break
            if not idle:
                every.append(Line(address, watch))
                idle.append(every[-1])
            idle.popleft().ask(requests[asked % len(requests)], due if rate else now)
            asked += 1
            due = begun + asked / rate if rate else begun
        if now >= ends and len(idle) == len(every):
            break
        for key, _events in watch.select(max(0.0, due - time.perf_counter()) if rate and due < ends else 0.2):
            status = key.data.step()
            if status:
                seen.statuses[status] += 1
                seen.waits.append((time.perf_counter() - key.data.due) * 1000)
                idle.append(key.data)
    seen.seconds, seen.processor = time.perf_counter() - begun, time.process_time() - cpu
    for line in every:
        line.close()
    return seen


def apart(
    port: int, requests: Sequence[bytes], *, lines: int, seconds: float, rate: float = 0.0, host: str = "127.0.0.1"
) -> Seen:
    """The same in a process of its own: its Python must not share a lock with whoever is measured."""
    command = [sys.executable, "-m", "bench.load", f"{host}:{port}", str(lines), str(seconds), str(rate)]
    given = json.dumps([base64.b64encode(one).decode() for one in requests])
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=ROOT)
    said: dict[str, Any] = json.loads(done.stdout)
    return Seen(said["waits"], Counter(said["statuses"]), said["seconds"], said["processor"])


def main() -> None:
    host, _, port = sys.argv[1].partition(":")
    requests = [base64.b64decode(one) for one in json.load(sys.stdin)]
    seen = load((host, int(port)), requests, int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
    print(json.dumps(vars(seen)))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""One decoding process, from outside: asked one file at a time, believed in nothing, ended when it takes too long."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from krama.gate.decoder import HEAD
from krama.scanning.apart import Seen
from krama.scanning.opening import Limits
from krama.scanning.pdq import Pdq

LONGEST_ANSWER = 64 * 1024  # bytes; 16 hashes are two thousand
PIPE = 1 << 20  # bytes the pipe holds, where the kernel lets us: fewer turns between the two
START_SECONDS = 120.0  # until it has its libraries, on a machine that is very busy
VALUE = re.compile(r"[0-9a-f]{64}")
TYPE = re.compile(r"image/[a-z]{3,5}")
KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG")  # of the environment: no secret reaches it


class Failed(Exception):
    """It died, took too long, or said what no decoder says."""


@dataclass(frozen=True)
class Bounds:
    """What one decoding may take. `seconds`: of computing, and of waiting for it. `largest`: bytes of a file."""

    limits: Limits = field(default_factory=Limits)
    seconds: int = 20
    largest: int = 50 << 20
    decoder: str = ""  # "module:name" of another opener, for tests

    def command(self) -> list[str]:
        """How the process is started."""
        one = self.limits
        asked = {"limits": [one.pixels, one.frames, one.work], "seconds": self.seconds, "largest": self.largest}
        named = [self.decoder] if self.decoder else []
        return [sys.executable, "-m", "krama.gate.decoder", json.dumps(asked), *named]


class Child:
    """A process that decodes. After `Failed` it is of no more use: `end` it."""

    def __init__(self, bounds: Bounds) -> None:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._bounds = bounds
        self._process = subprocess.Popen(
            bounds.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        for handle in (self._in, self._out):
            os.set_blocking(handle, False)
        with suppress(OSError, AttributeError):
            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, PIPE)
        self.served = 0
        self.holds: dict[str, bool] | None = None  # of the limits, which the kernel keeps

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def ready(self) -> None:
        """Wait until it has its libraries and its limits."""
        if self.holds is None:
            said = self._answer(time.monotonic() + START_SECONDS)
            if not isinstance(said, dict):
                raise Failed
            self.holds = {str(name): bool(held) for name, held in said.items()}

    def read(self, data: bytes, *, exact: bool = False, dihedral: bool = False) -> Seen:
        """What it saw in this file; `Failed` when it could not say so in time."""
        self.ready()
        until = time.monotonic() + self._bounds.seconds
        self.served += 1
        head = HEAD.pack(len(data)) + bytes((exact | dihedral << 1,))
        self._send([memoryview(head), memoryview(data)], until)
        return seen_in(self._answer(until))

    def end(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()

    def _send(self, pieces: list[memoryview], until: float) -> None:
        """In one call where it fits the pipe: the other side is woken once, and finds all of it."""
        while pieces:
            try:
                sent = os.writev(self._in, pieces)
            except BlockingIOError:
                self._wait(self._in, select.POLLOUT, until)
                continue
            except OSError as problem:
                raise Failed from problem
            while pieces and sent >= len(pieces[0]):
                sent -= len(pieces.pop(0))
            if pieces:
                pieces[0] = pieces[0][sent:]

    def _answer(self, until: float) -> Any:
        got = b""
        while len(got) < HEAD.size or len(got) < HEAD.size + _length(got):
            self._wait(self._out, select.POLLIN, until)
            try:
                piece = os.read(self._out, HEAD.size + LONGEST_ANSWER)
            except BlockingIOError:
                continue
            if not piece:
                raise Failed
            got += piece
        if len(got) != HEAD.size + _length(got):  # it says more than it was asked
            raise Failed
        try:
            return json.loads(got[HEAD.size :])
        except ValueError as problem:
            raise Failed from problem

    def _wait(self, handle: int, event: int, until: float) -> None:
        watch = select.poll()
        watch.register(handle, event)
        left = until - time.monotonic()
        if left <= 0 or not watch.poll(left * 1000):
            raise Failed


def _length(got: bytes) -> int:
    length: int = HEAD.unpack_from(got)[0]
    if length > LONGEST_ANSWER:
        raise Failed
    return length


def seen_in(said: Any) -> Seen:
    """What a decoder said, if it is of the form that decoders use; else `Failed`: it may be somebody else by now."""
    try:
        hashes = [Pdq(str(value), int(quality)) for value, quality in said["hashes"]]
        size = (int(said["size"][0]), int(said["size"][1])) if said["size"] else None
        kind, reason, detail = said["media_type"], said["reason"], said["detail"]
        fits = (
            len(hashes) <= 1_000
            and all(VALUE.fullmatch(one.value) and 0 <= one.quality <= 100 for one in hashes)
            and (kind is None or TYPE.fullmatch(kind))
            and reason in (None, "truncated", "undecodable")
            and (detail is None or len(detail) <= 500)
            and said["exact"] in (True, False)
        )
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        raise Failed from problem
    if not fits:
        raise Failed
    return Seen(hashes, kind, size, reason, detail, said["exact"])

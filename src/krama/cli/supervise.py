# SPDX-License-Identifier: Apache-2.0
"""A small supervisor: starts processes, starts again what dies, and ends them all together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import click

GRACE = 8.0  # seconds to end by itself
LONGEST_PAUSE = 8.0  # a child that reports waits so long at most, and the processes' start
SETTLED = 5.0  # seconds of life after which a process counts as well again


@dataclass
class Part:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    again_at: float = 0.0
    handles: tuple[int, ...] = ()  # open files that it is given, by number

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            pass_fds=self.handles,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the others in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def signal(self, number: int) -> None:
        # The whole group: a server's own workers must not outlive it and keep its port.
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def keep_alive(parts: Sequence[Part], stop: Stop) -> None:
    """Run until `stop`; then end everything, gently first."""
    for part in parts:
        part.start()
    try:
        while not stop.wait(0.2):
            for part in parts:
                _look_after(part)
    finally:
        _end(parts)


class Stop:
    """Set by a signal. Not `threading.Event`: its lock is not safe in a handler, and a second signal hangs it."""

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        self._asked = True

    def is_set(self) -> bool:
        return self._asked

    def wait(self, timeout: float) -> bool:
        """True as soon as it is set, False after `timeout` seconds."""
        until = time.monotonic() + timeout
        while not self._asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))
        return self._asked


def stop_on_signals() -> Stop:
    """Set by Ctrl-C or a polite kill."""
    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _look_after(part: Part) -> None:
    now = time.monotonic()
    if part.process and part.process.poll() is not None:
        click.echo(f"{part.name} ended with status {part.process.returncode}; starting it again", err=True)
        part.signal(signal.SIGKILL)
        part.pause = 0.5 if now - part.started > SETTLED else min(part.pause * 2, LONGEST_PAUSE)
        part.process, part.again_at = None, now + part.pause
    if part.process is None and now >= part.again_at:
        part.start()


def _end(parts: Sequence[Part]) -> None:
    for part in parts:
        part.signal(signal.SIGTERM)
    until = time.monotonic() + GRACE
    for part in parts:
        if part.process:
            with suppress(subprocess.TimeoutExpired):
                part.process.wait(max(until - time.monotonic(), 0.1))
        part.signal(signal.SIGKILL)


def _die_with_parent() -> None:
    # PR_SET_PDEATHSIG: when the supervisor is killed outright, its children get a polite kill.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

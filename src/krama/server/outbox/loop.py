# SPDX-License-Identifier: Apache-2.0
"""The one job loop: rounds that collect rows, then tasks that are due. Safe to run several times at once."""

from __future__ import annotations

import time
from typing import Protocol

import structlog
from django.db import OperationalError, close_old_connections, connection

from krama.errors import KramaError
from krama.server.outbox import actions
from krama.server.outbox.models import Task
from krama.server.outbox.registry import HANDLERS, ROUNDS, SELDOM

log = structlog.get_logger()
PAUSE = 0.2  # seconds between rounds: well under the second that cases may take
FULL = 50  # a round that did so much may have left some: the next one follows at once, else several come together
BEAT_EVERY = 5.0
SELDOM_EVERY = 2.0  # seconds between rounds that nobody waits for: each asks the database whether it is its turn


_running: list[Stop] = []


class Stop(Protocol):
    """When to end; an event, or a command's own."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


def is_ending() -> bool:
    """Whether this process's loop was told to stop: for a handler that takes long."""
    return any(stop.is_set() for stop in _running)


def run(stop: Stop) -> None:
    """Go round until told to stop; a database that is away is waited for."""
    _running.append(stop)
    last_beat, last_whole, pause = 0.0, 0.0, PAUSE
    while not stop.is_set():
        try:
            if time.monotonic() - last_beat > BEAT_EVERY:
                actions.beat("loop")
                last_beat = time.monotonic()
            if whole := time.monotonic() - last_whole >= SELDOM_EVERY:
                last_whole = time.monotonic()
            pause = 0.0 if go_round(whole=whole) >= FULL else PAUSE
        except OperationalError as problem:
            log.warning("database away", error=type(problem).__name__)
            connection.close()
            pause = 1.0
        close_old_connections()
        stop.wait(pause)


def go_round(*, whole: bool = True) -> int:
    """Every round once, without the seldom ones unless it is a whole one, then every due task; how much was done."""
    return sum(_round(name) for name in list(ROUNDS) if whole or name not in SELDOM) + _tasks()


def _round(name: str) -> int:
    try:
        return ROUNDS[name]()
    except OperationalError:
        raise
    except Exception as problem:  # one room's fault must not stop the others
        log.error("round failed", kind=name, error=type(problem).__name__)
        return 0


def _tasks() -> int:
    count = 0
    while count < 100 and (task := actions.lease()):
        _carry_out(task)
        count += 1
    return count


def _carry_out(task: Task) -> None:
    handler = HANDLERS.get(task.kind)
    if handler is None:
        actions.failed(task, "no_handler", permanent=False)
        return
    try:
        handler(task.payload)
    except KramaError as problem:
        log.warning("task failed", kind=task.kind, attempt=task.attempts, code=problem.code)
        actions.failed(task, problem.code, permanent=problem.permanent)
    except OperationalError:
        raise
    except Exception as problem:  # the message may hold personal data: only its type is kept
        log.error("task failed", kind=task.kind, attempt=task.attempts, error=type(problem).__name__)
        actions.failed(task, type(problem).__name__, permanent=False)
    else:
        actions.done(task)

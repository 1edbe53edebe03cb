# SPDX-License-Identifier: Apache-2.0
"""Breaking something in a demo home, and mending it: the job loop holds still until somebody lets it go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from krama.server.outbox.actions import put
from krama.server.outbox.models import Task

STOP = "demo.stop-the-loop"
LONGEST = 180.0  # seconds; a visitor who walks away leaves a loop that goes on by itself
LOOKS_EVERY = 0.25


def stop_the_loop() -> None:
    """Have the loop hold still; asking twice holds it once."""
    if not _held():
        put(STOP, {})


def start_the_loop() -> None:
    """Let the loop go on."""
    Task.objects.filter(kind=STOP, state=Task.State.WAITING).update(state=Task.State.DONE)


def last_stopped() -> datetime | None:
    """When somebody last stopped the loop, as far back as the outbox remembers."""
    return Task.objects.filter(kind=STOP).order_by("-created_at").values_list("created_at", flat=True).first()


def holder(ending: Callable[[], bool]) -> Callable[[dict[str, Any]], None]:
    """The task's handler: it takes the loop's turn and gives it back when let go, when too long, or when `ending`."""

    def hold(payload: dict[str, Any]) -> None:
        until = time.monotonic() + LONGEST
        while _held() and not ending() and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)

    return hold


def _held() -> bool:
    return Task.objects.filter(kind=STOP, state=Task.State.WAITING).exists()

# SPDX-License-Identifier: Apache-2.0
"""What only a demo home can do to itself, so that a visitor sees a live proof turn red and green again."""

from __future__ import annotations

import time
from typing import Any

from krama.server.outbox.actions import put
from krama.server.outbox.models import Task
from krama.server.outbox.registry import handles

KIND = "demo.stop-the-loop"
SECONDS = 45  # less than a lease, so that no second worker takes the task meanwhile


def stop_the_loop() -> None:
    """Ask for it, unless it is asked for already."""
    if not Task.objects.filter(kind=KIND, state=Task.State.WAITING).exists():
        put(KIND, {})


def register() -> None:
    """Only a demo home knows this task; elsewhere it could do harm."""

    @handles(KIND)
    def hold(payload: dict[str, Any]) -> None:
        time.sleep(SECONDS)

# SPDX-License-Identifier: Apache-2.0
"""The sequencer's own thread beside the job loop: a slow webhook must not keep entries waiting for their place.

Together with a pause of a fifth of a second this holds the window before sequencing under two seconds.
"""

from __future__ import annotations

import threading
from typing import Protocol

import structlog
from django.db import OperationalError, close_old_connections, connection

from krama.server.trail.sequencer import sequence
from krama.server.trail.witness import witness

log = structlog.get_logger()
PAUSE = 0.2


class Stop(Protocol):
    """When to end."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


def start(stop: Stop) -> threading.Thread:
    """Begin; it ends soon after `stop`, and with its process."""
    thread = threading.Thread(target=run, args=(stop,), name="sequencer", daemon=True)
    thread.start()
    return thread


def run(stop: Stop) -> None:
    """Place and witness until told to stop; whatever happens once is tried again."""
    while not stop.is_set():
        pause = PAUSE
        try:
            pause = 0.0 if sequence() else PAUSE
            witness()
        except OperationalError as problem:
            log.warning("database away", error=type(problem).__name__)
            connection.close()
            pause = 1.0
        except Exception as problem:  # a full disk, a folder that is away: alarms.py says so after a while
            log.error("round failed", kind="trail", error=type(problem).__name__)
            pause = 1.0
        close_old_connections()
        stop.wait(pause)
    connection.close()

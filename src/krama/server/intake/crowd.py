# SPDX-License-Identifier: Apache-2.0
"""Rushes: over a limit a report is still taken, and marked as one of a crowd. Nothing of an address is ever stored.

Operators share one address among thousands, so nobody is turned away for it. What is counted lives in this process's
memory, under a key that ends with the process; what goes with a report is a random id of the rush.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from uuid import UUID, uuid4

_KEY = secrets.token_bytes(32)
MOST_REMEMBERED = 50_000


@dataclass
class Rush:
    """What came from one place within the window."""

    since: float
    count: int
    id: UUID


class Counter:
    """Counts by place; `over` gives the id of the rush once it is one."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._seen: dict[bytes, Rush] = {}
        self._lock = threading.Lock()

    def over(self, place: str) -> UUID | None:
        """Count one more; the rush's id when there are too many, else None."""
        now, key = time.monotonic(), hmac.digest(_KEY, place.encode(), hashlib.sha256)[:16]
        with self._lock:
            rush = self._seen.get(key)
            if rush is None or now - rush.since > self._seconds:
                self._forget(now)
                rush = self._seen[key] = Rush(now, 0, uuid4())
            rush.count += 1
            return rush.id if rush.count > self._most else None

    def is_over(self, place: str) -> bool:
        """Whether there were too many already; counts nothing."""
        rush = self._seen.get(hmac.digest(_KEY, place.encode(), hashlib.sha256)[:16])
        return rush is not None and time.monotonic() - rush.since <= self._seconds and rush.count >= self._most

    def _forget(self, now: float) -> None:
        if len(self._seen) < MOST_REMEMBERED:
            return
        self._seen = {key: rush for key, rush in self._seen.items() if now - rush.since <= self._seconds}
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()  # a flood from everywhere: memory is worth more than the marks


REPORTS = Counter(most=20, seconds=600)  # one shared address, a school after an assembly: still taken, but marked
CODES = Counter(most=30, seconds=600)  # wrong receipts from one place
ALL_CODES = Counter(most=300, seconds=60)  # wrong receipts from everywhere, in this process

# SPDX-License-Identifier: Apache-2.0
"""How many scans found nothing: a number a day and process, and no more. Whose they were nobody knows.

A process counts up and writes its sums now and then; the server is told the sums, and adds what is new in them, so
telling it twice adds nothing. A crash loses what was counted in the last seconds: figures, never a finding.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from krama.durable import replace_file

ENDING = ".counts"
TOLD = ".told"
EVERY = 5.0  # seconds
KEPT = timedelta(days=2)  # sums of older days were told long ago


class Counts:
    """Of one process. Threads may share one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._run = uuid.uuid4().hex
        self._path = folder / f"{self._run}{ENDING}"
        self._lock, self._written = threading.Lock(), time.monotonic()
        self._sums: Counter[tuple[str, str]] = Counter()
        self._last = ""

    def add(self, verdict: str, at: datetime, day: date, count: int = 1) -> None:
        """So many more; `day` is the day where the firm is."""
        with self._lock:
            self._sums[day.isoformat(), verdict] += count
            self._last = at.astimezone(UTC).isoformat()
            if time.monotonic() - self._written < EVERY:
                return
            self._written = time.monotonic()
        self.write()

    def write(self) -> None:
        """The sums as they are."""
        with self._lock:
            if not self._sums:
                return
            oldest = max(day for day, _verdict in self._sums)
            least = (date.fromisoformat(oldest) - KEPT).isoformat()
            rows = [
                {"run": self._run, "day": day, "verdict": verdict, "count": count, "last_at": self._last}
                for (day, verdict), count in self._sums.items()
                if day >= least
            ]
        replace_file(self._path, json.dumps(rows).encode())


@dataclass(frozen=True)
class Tally:
    """The sums of one process, and what the server was told of them."""

    path: Path
    text: bytes

    @property
    def is_new(self) -> bool:
        """Whether they differ from what the server was told last."""
        try:
            return self.path.with_suffix(TOLD).read_bytes() != self.text
        except OSError:
            return True

    def to_json(self) -> list[dict[str, Any]]:
        """As the server takes them."""
        rows: list[dict[str, Any]] = json.loads(self.text)
        return rows

    def note(self) -> None:
        """The server knows them."""
        replace_file(self.path.with_suffix(TOLD), self.text)
        if time.time() - self.path.stat().st_mtime > KEPT.total_seconds():
            self.path.unlink(missing_ok=True)
            self.path.with_suffix(TOLD).unlink(missing_ok=True)


def read_tallies(folder: Path) -> Iterator[Tally]:
    """Of every process that counted here."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            yield Tally(path, path.read_bytes())
        except OSError:
            continue

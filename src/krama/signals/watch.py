# SPDX-License-Identifier: Apache-2.0
"""Lists that renew themselves: a new `current` is picked up at the next scan.

Must never go back to "nothing known" because a new version is bad: the last good one stays in use.
"""

from __future__ import annotations

import threading
from pathlib import Path

from krama.errors import BadSnapshot
from krama.signals import engine
from krama.signals.chunks import SMALLEST
from krama.signals.folder import CURRENT, current_version
from krama.signals.index import Index
from krama.signals.snapshot import Snapshot, open_snapshot

Seen = tuple[int, int, int]


class WatchedSnapshots:
    """The current snapshot of a folder; threads may share one. One `stat` a look, a load only on change: of
    changes over the version in use, only those are read.

    Before anything was published `.version` is "" and nothing matches. `.problem`: why a newer one is not in use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._latest = Snapshot.of([])

    def latest(self) -> Snapshot:
        """The snapshot to use now: index and version that belong together."""
        seen = self._look()
        if seen != self._seen and self._lock.acquire(blocking=not self._latest.version):
            try:
                if seen != self._seen:
                    self._load()
                    self._seen = seen  # last: whoever reads it unlocked finds the snapshot already changed
            finally:
                self._lock.release()
        return self._latest  # of another thread's loading nobody waits for the end, once there is something to use

    @property
    def index(self) -> Index:
        """The index of the latest snapshot."""
        return self.latest().index

    @property
    def version(self) -> str:
        """The version of the latest snapshot, "" when nothing was published."""
        return self.latest().version

    def _look(self) -> Seen | None:
        try:
            found = (self.folder / CURRENT).stat()
        except OSError:
            return self._seen  # gone or out of reach for a moment: nothing newer to load
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _load(self) -> None:
        try:
            if current_version(self.folder) != self._latest.version:
                latest = open_snapshot(self.folder, over=self._latest)
                if len(latest.index.layer) >= SMALLEST:
                    engine.load()  # who watches lists will search them often
                self._latest = latest
            self.problem = None
        except BadSnapshot as error:
            self.problem = error.detail

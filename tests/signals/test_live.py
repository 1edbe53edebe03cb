# SPDX-License-Identifier: Apache-2.0
"""Workers that search all the while: each knows what was published and withdrawn, and none fails for a moment."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from krama.signals import HashList, Signal, SignalType, open_whole, publish_changes, publish_snapshot

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KNOWN = HashList("known", "o", "b")
ALWAYS, LAST = Signal(SignalType.PDQ, "ab" * 32), Signal(SignalType.PDQ, "0f" * 32)
WORKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from krama.signals import SignalType, WatchedSnapshots
watched, now = WatchedSnapshots(Path(sys.argv[1])), datetime(2026, 11, 24, tzinfo=UTC)
versions = set()
while True:
    latest = watched.latest()
    versions.add(latest.version)
    if not latest.index.find(SignalType.PDQ, "ab" * 32, now=now):
        sys.exit("a search missed what was always there")
    if len(versions) == 1:
        print("ready", flush=True)
    if latest.index.find(SignalType.PDQ, "0f" * 32, now=now):
        break
print(watched.problem, bool(latest.index.find(SignalType.PDQ, "cd" * 32, now=now)))
"""


def test_every_worker_knows_each_publication_and_no_search_fails(tmp_path: Path) -> None:
    withdrawn = Signal(SignalType.PDQ, "cd" * 32)
    publish_snapshot(tmp_path, [(KNOWN, [ALWAYS, withdrawn])], now=NOW)
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for minute in range(1, 12):
        at = NOW + timedelta(minutes=minute)
        if minute % 4 == 0:
            publish_snapshot(tmp_path, [(KNOWN, [ALWAYS, withdrawn])], now=at)
        base = open_whole(tmp_path)
        assert base
        more = Signal(SignalType.PDQ, f"{minute:064x}")
        publish_changes(tmp_path, [KNOWN], [("known", more)], base=base, now=at + timedelta(seconds=1))
    assert base
    final = [("known", LAST), ("known", replace(withdrawn, withdrawn=NOW))]
    publish_changes(tmp_path, [KNOWN], final, base=base, now=NOW + timedelta(hours=1))
    for worker in workers:
        said, _ = worker.communicate(timeout=60)
        assert (worker.returncode, said.splitlines()[-1]) == (0, "None False")

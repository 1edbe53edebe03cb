# SPDX-License-Identifier: Apache-2.0
"""`make torture-away`: the gate answers and keeps while its server is away for an hour; then all of it arrives, once.

SQLite; a scan every second or so. AWAY_SECONDS says for how long.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.torture.gate import GateGround, Uploader, arrives, judged, kept
from tests.torture.intake import ground_on

TARGET = Path("bench/results/torture-away.json")
SECONDS = float(os.environ.get("AWAY_SECONDS", 3_600))


class Slow(Uploader):
    """One process of the firm that uploads now and then."""

    def pause(self) -> None:
        time.sleep(1)


def run(ground: GateGround, seconds: float) -> dict[str, Any]:
    """All of it on this home: figures and faults."""
    ground.open(workers=1)
    assert ground.network
    ground.network.change("refuses")
    one, begun = Slow(ground, 1), time.monotonic()
    one.start()
    while time.monotonic() - begun < seconds:
        ground.look_after()
        time.sleep(1)
    one.ending = True
    one.join(60)
    before = len(kept(ground)[0])
    ground.network.change("whole")
    back = time.monotonic()
    arrived = arrives(ground, one.found)
    took = time.monotonic() - back
    faults = judged(one.found, *kept(ground)) | {"never arrived": int(not arrived), "arrived while it was away": before}
    ground.end()
    return {"faults": faults, "answered": len(one.found), "seconds until all had arrived": round(took, 1)}


def main() -> int:
    """The result stands in bench/results/torture-away.json."""
    with ground_on(False, "--demo", kind=GateGround) as ground:
        assert isinstance(ground, GateGround)
        found = run(ground, SECONDS)
    print(json.dumps(found), flush=True)
    work = f"{found['answered']} findings answered while the server was away for {SECONDS / 60:.0f} minutes: "
    fixed = {"unit": "faults", "target": 0, "peer": None, "ratio": None}
    rows = [{"work": work + name, "ours": n, "met": not n, **fixed} for name, n in found["faults"].items()]
    TARGET.write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(found["faults"].values()) or not found["answered"])


if __name__ == "__main__":
    sys.exit(main())

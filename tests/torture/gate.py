# SPDX-License-Identifier: Apache-2.0
"""`make torture-gate`: good and hostile uploads while gate, server and the network between them are killed and cut.

Whatever was answered as found must be with the server once, counted once, in the trail once; and no process may grow.
PostgreSQL is a cluster of its own (cluster.py).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krama.connectors import KramaClient
from krama.errors import KramaError
from krama.testing.pictures import encoded, jpeg, landscape
from tests.server.houses import Command, free_port, wait_until
from tests.torture.cluster import binaries
from tests.torture.hostile import FORMATS, mutated
from tests.torture.intake import Ground, ground_on
from tests.torture.network import Network
from tests.torture.processes import children_of, command_of

TARGET = Path("bench/results/torture-gate.json")
ARRIVES = 240  # seconds after the last answer in which all of it must be with the server
GROWS = 64 << 10  # KiB that a process that answers may take more at the end than in its middle
KNOWN = jpeg(landscape(2, size=(1024, 768)), quality=92)  # stands on the demo home's list
UNKNOWN = encoded(landscape(4_711, size=(640, 480)), "JPEG", quality=85)
KILLS = {"gate worker": 30, "delivery": 20, "gate": 5, "network": 30, "web worker": 20, "job loop": 10, "server": 5}


@dataclass(frozen=True)
class Size:
    """How much of it; `seconds` on each database."""

    seconds: float = float(os.environ.get("TORTURE_SECONDS", 300))
    clients: int = int(os.environ.get("TORTURE_CLIENTS", 4))
    pause: float = 3.0  # on average, between two kills
    workers: int = 2


@dataclass
class GateGround(Ground):
    """The server, the network, and a gate beyond it."""

    network: Network | None = None
    gate: Command | None = None
    gate_port: int = field(default_factory=free_port)
    key: str = ""
    needs: dict[str, str] = field(default_factory=dict)
    loses: bool = False  # planted: the gate's disk forgets

    @property
    def spool(self) -> Path:
        return self.house.folder / "gate" / "spool"

    def open(self, workers: int) -> None:
        self.begin()
        assert self.serve
        self.serve.wait_for("Open http", 240)
        self.network = Network(self.port)
        self.key = self.house.krama("keys", "add", "App", "--scope", "scan").stdout.strip()
        self.needs = dict(line.split("=", 1) for line in self.house.krama("keys", "gate").stdout.split())
        self.needs |= {
            "KRAMA_GATE_LISTS": str(self.house.folder / "home" / "snapshots"),
            "KRAMA_GATE_SERVER": f"http://localhost:{self.network.port}",
            "KRAMA_GATE_FOLDER": str(self.house.folder / "gate"),
            "KRAMA_GATE_KEYS": str(self.house.folder / "gate-keys"),
            "KRAMA_GATE_DECODERS": "1",
            "KRAMA_GATE_WORKERS": str(workers),
        }
        self.begin_gate()
        assert self.gate
        self.gate.wait_for("Open http", 240)

    def begin_gate(self) -> None:
        workers = self.needs["KRAMA_GATE_WORKERS"]
        self.gate = Command(self.house, "gate", "--port", str(self.gate_port), "--workers", workers, **self.needs)

    def look_after(self) -> None:
        super().look_after()
        if self.gate and self.gate.process.poll() is not None:
            self.begun_again += 1
            self.begin_gate()

    def gate_parts(self, words: str) -> list[int]:
        assert self.gate
        return [pid for pid in children_of(self.gate.process.pid) if words in command_of(pid)]

    def end(self) -> None:
        if self.gate:
            self.gate.end()
        if self.network:
            self.network.end()
        super().end()


def kill_one(ground: GateGround, dice: random.Random) -> str:
    """Kill or cut somebody; what it was, "" when there was none at this moment."""
    name = dice.choices(list(KILLS), list(KILLS.values()))[0]
    assert ground.network
    if name == "network":
        ground.network.change(dice.choice(("refuses", "swallows", "no answers")))
        time.sleep(dice.uniform(0.2, 3))
        if ground.loses:
            for path in ground.spool.glob("*.spool"):
                path.unlink()
        ground.network.change("whole")
        return name
    pid = victim(ground, name)
    if pid is None:
        return ""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return name
    return ""


def victim(ground: GateGround, name: str) -> int | None:
    """The process of this kind that is alive."""
    assert ground.serve
    assert ground.gate
    if name in ("gate", "server"):
        return (ground.gate if name == "gate" else ground.serve).process.pid
    if name == "web worker":
        return ground.web_worker()
    if name == "job loop":
        return ground.part("krama worker")
    words = {"gate worker": "krama.gate.worker", "delivery": "krama.gate.chores"}[name]
    return next(iter(ground.gate_parts(words)), None)


class Uploader(threading.Thread):
    """One of the firm's own processes: asks without end, and notes what it was answered."""

    def __init__(self, ground: GateGround, number: int) -> None:
        super().__init__(daemon=True)
        self._client = KramaClient(f"http://localhost:{ground.gate_port}", ground.key, timeout=30)
        self._dice, self.ending = random.Random(number), False
        self.found: set[str] = set()
        self.seen: Counter[str] = Counter()

    def pause(self) -> None:
        """Between two uploads: none."""

    def run(self) -> None:
        while not self.ending:
            self.pause()
            kind = self._dice.choices(("known", "unknown", "hostile"), (4, 3, 3))[0]
            data = {"known": KNOWN, "unknown": UNKNOWN}.get(kind) or mutated(self._dice.choice(FORMATS), self._dice)
            try:
                said = self._client.scan(data, context={"content_id": uuid.uuid4().hex})
            except KramaError as problem:
                self.seen[problem.code] += 1
                time.sleep(0.1)
                continue
            self.seen[f"{kind}: {said['verdict']}"] += 1
            if said["verdict"] != "allow" or said["matches"]:
                self.found.add(str(said["scan_id"]))


def run(ground: GateGround, size: Size, *, seed: int = 1) -> dict[str, Any]:
    """All of it on this home: figures and faults."""
    ground.open(size.workers)
    uploaders = [Uploader(ground, number) for number in range(size.clients)]
    for one in uploaders:
        one.start()
    dice, done, memory = random.Random(seed), Counter[str](), Memory()
    begun = time.monotonic()
    due = begun + size.pause
    while time.monotonic() - begun < size.seconds:
        ground.look_after()
        memory.look(ground.gate_parts("krama.gate.worker"))
        if time.monotonic() > due:
            due = time.monotonic() + dice.uniform(0, 2 * size.pause)
            done.update(filter(None, [kill_one(ground, dice)]))
        time.sleep(0.1)
    for one in uploaders:
        one.ending = True
    for one in uploaders:
        one.join(60)
    found = set().union(*(one.found for one in uploaders))
    arrived = arrives(ground, found)
    rows, counted, noted = kept(ground)
    faults = judged(found, rows, counted, noted) | {
        "never arrived": int(not arrived),
        "wrong verdicts": sum(one.seen["known: allow"] + one.seen["unknown: block"] for one in uploaders),
        "grown": int(memory.grown > GROWS),
    }
    seen = sum((one.seen for one in uploaders), Counter[str]())
    ground.end()
    counts = {"answered as found": len(found), "with the server": len(rows)}
    return {"faults": faults, "counts": counts, "kills": dict(done), "answers": dict(seen), "grown_kib": memory.grown}


def arrives(ground: GateGround, found: set[str]) -> bool:
    """With nobody killing any more the spool runs empty, and everything lies with the server."""

    def done() -> bool:
        ground.look_after()
        with suppress(Exception):  # the server may be on its way back
            return found <= set(kept(ground)[0])
        return False

    try:
        wait_until(done, "everything to arrive", 20 if ground.loses else ARRIVES)
    except AssertionError:
        return False
    time.sleep(3)  # what was written and not answered arrives too
    return True


def kept(ground: GateGround) -> tuple[list[str], int, int]:
    """Detections by id, how many scans were counted as found, how many entries the trail has of them."""
    rows = [str(uuid.UUID(str(row[0]))) for row in ground.house.sql("SELECT id FROM detections_detection")]
    counted = ground.house.one("SELECT coalesce(sum(count), 0) FROM detections_dailycount WHERE verdict <> 'allow'")
    noted = ground.house.one("SELECT count(*) FROM trail_entry WHERE event = 'detection:left'")
    return rows, int(counted), int(noted)


def judged(found: set[str], rows: list[str], counted: int, noted: int) -> dict[str, int]:
    """What is wrong between what was answered and what the server has."""
    return {
        "answered and missing": len(found - set(rows)),
        "kept twice": len(rows) - len(set(rows)),
        "counted other than kept": abs(counted - len(rows)),
        "noted other than kept": abs(noted - len(rows)),
    }


class Memory:
    """Whether a process that answers goes on growing: its size at the end of its life against its first half."""

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}

    def look(self, pids: list[int]) -> None:
        for pid in pids:
            with suppress(OSError, ValueError, IndexError):
                text = Path(f"/proc/{pid}/status").read_text()
                self._of.setdefault(pid, []).append(int(text.split("VmRSS:")[1].split()[0]))

    @property
    def grown(self) -> int:
        """KiB, of the one that grew most."""
        long = [sizes for sizes in self._of.values() if len(sizes) > 60]
        return max((max(sizes[-20:]) - max(sizes[: len(sizes) // 2]) for sizes in long), default=0)


def results(where: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows for bench/results, and a line for whoever waits."""
    print(f"{where}: {json.dumps(found)}", flush=True)
    count, kills = found["counts"]["answered as found"], sum(found["kills"].values())
    work = f"{where}, {count} findings answered, {kills} kills and cuts: "
    fixed = {"unit": "faults", "target": 0, "peer": None, "ratio": None}
    return [{"work": work + name, "ours": n, "met": not n, **fixed} for name, n in found["faults"].items()]


def main() -> int:
    """Both databases; the result stands in bench/results/torture-gate.json."""
    rows = list[dict[str, Any]]()
    for postgres in (True, False):
        assert not postgres or binaries(), "PostgreSQL's initdb is needed (on Debian: postgresql)"
        with ground_on(postgres, "--demo", kind=GateGround) as ground:
            assert isinstance(ground, GateGround)
            rows += results("PostgreSQL" if postgres else "SQLite", run(ground, Size()))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(rows, indent=1) + "\n")
    return int(not all(row["met"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

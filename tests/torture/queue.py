# SPDX-License-Identifier: Apache-2.0
"""`make torture-queue`: fifty reviewers take the next case at once, decide, and are killed with `kill -9`, as is Krama.

No case is decided twice, none is held by two at once, none is stuck. With `--planted` Krama gives cases without looking
who has them: the torture must see it. PostgreSQL is a cluster of its own (cluster.py).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.server.houses import wait_until
from tests.torture.cluster import binaries
from tests.torture.intake import ROOT, Ground, ground_on, kill_one

TARGET = Path("bench/results/torture-queue.json")
OPEN = "SELECT count(*) FROM cases_case WHERE state = 'open'"
AWAY = ("OperationalError", "InterfaceError")
KRAMA = ("web worker", "web worker", "web worker", "web server", "job loop", "supervisor", "backend")


@dataclass(frozen=True)
class Size:
    """How much of it; the environment may say less."""

    cases: int = int(os.environ.get("TORTURE_CASES", 600))
    kills: int = int(os.environ.get("TORTURE_KILLS", 60))  # on each database
    reviewers: int = int(os.environ.get("TORTURE_REVIEWERS", 50))
    processes: int = 5
    # Seconds: so short that what a killed reviewer had is free again while the others still work.
    lease: float = float(os.environ.get("TORTURE_LEASE", 6))
    seconds: float = float(os.environ.get("TORTURE_SECONDS", 1_800))  # for all of it to be decided
    waits: float = 60.0  # seconds after the last kill and a whole lease in which the rest must be decided


@dataclass
class Crowd:
    """The processes of reviewers: each ten people, begun again when it is killed."""

    port: int
    log: Path
    size: Size
    cookies: list[str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    begun: int = 0

    def fill(self) -> None:
        """Everybody is there: whoever was killed comes again."""
        for number in range(self.size.processes):
            if number >= len(self.running):
                self.running.append(self._begin(number))
            elif self.running[number].poll() is not None:
                self.running[number] = self._begin(number)

    def _begin(self, number: int) -> subprocess.Popen[bytes]:
        self.begun += 1
        mine = {who: one for who, one in enumerate(self.cookies) if who % self.size.processes == number}
        given = (self.port, self.log, json.dumps(mine), self.size.lease, self.begun)
        return subprocess.Popen([sys.executable, "-m", "tests.torture.reviewers", *map(str, given)], cwd=ROOT)

    def kill(self, dice: random.Random) -> None:
        os.kill(dice.choice(self.running).pid, signal.SIGKILL)

    def kill_all(self) -> None:
        for one in self.running:
            with suppress(ProcessLookupError):
                one.kill()
            one.wait()
        self.running = []


def run(ground: Ground, size: Size, *, seed: int = 1) -> dict[str, Any]:
    """All of it on this home: figures and faults."""
    log, dice, done = ground.house.folder / "reviewers.jsonl", random.Random(seed), Counter[str]()
    log.touch()
    crowd = Crowd(ground.port, log, size, json.loads(_python(ground, "queue_ground", size.cases, size.reviewers)))
    ground.environment = {"KRAMA_LEASE_MINUTES": str(size.lease / 60)}
    ground.begin()
    begun = time.monotonic()
    try:
        kills_end = _while_killed(ground, crowd, size, dice, done)
        crowd.kill_all()  # everybody at once, with cases in their hands
        done["every reviewer"] += 1
        stuck = _rest(ground, crowd, size)
    finally:
        crowd.kill_all()
    took = time.monotonic() - begun
    found: dict[str, Any] = json.loads(_python(ground, "queue_ledger", log, size.lease))
    failed = _failures(ground)
    found["faults"]["failed though the database was there"] = len(failed)
    print(*failed[-9:], sep="\n", file=sys.stderr, flush=True)
    ground.end()
    return {**found, "kills": dict(done), "seconds": round(took), "until": kills_end, "stuck": round(stuck, 1)}


def _failures(ground: Ground) -> list[str]:
    """What Krama said of itself but that its database was away: PostgreSQL ends every session when one is killed."""
    logs = sorted(ground.house.folder.glob("said-*"))
    lines = [line for log in logs for line in log.read_text(errors="replace").splitlines() if "request failed" in line]
    return [line for line in lines if not any(f'"{away}"' in line for away in AWAY)]


def _while_killed(ground: Ground, crowd: Crowd, size: Size, dice: random.Random, done: Counter[str]) -> int:
    """Kill somebody now and then, until the kills are done or little is left; how many cases are open then."""
    ends, told = time.monotonic() + size.seconds, 0.0
    left = size.cases
    while left > size.reviewers and time.monotonic() < ends and (done.total() < size.kills or left > size.cases / 10):
        ground.look_after()
        crowd.fill()
        due = (size.cases - left + size.reviewers) * size.kills / size.cases
        if done.total() < min(due, size.kills):
            done[_kill(ground, crowd, dice) or "nobody"] += 1
            del done["nobody"]
        time.sleep(dice.uniform(0.05, 0.4))
        with suppress(Exception):  # the database may be busy with what was killed
            left = int(ground.house.one(OPEN))
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{left} cases left, {done.total()} kills", file=sys.stderr, flush=True)
    return left


def _kill(ground: Ground, crowd: Crowd, dice: random.Random) -> str:
    if dice.random() < 0.5:
        crowd.kill(dice)
        return "reviewers"
    return kill_one(ground, dice, dice.choice([one for one in KRAMA if ground.cluster or one != "backend"]))


def _rest(ground: Ground, crowd: Crowd, size: Size) -> float:
    """Others come and decide what the killed had; seconds after a whole lease until nothing was left."""
    time.sleep(size.lease)
    begun = time.monotonic()

    def decided() -> bool:
        ground.look_after()
        crowd.fill()
        time.sleep(0.1)
        with suppress(Exception):
            return not ground.house.one(OPEN)
        return False

    with suppress(AssertionError):  # what is still open then is counted as stuck
        wait_until(decided, "every case to be decided", size.waits + size.cases / 10)
    return time.monotonic() - begun


def _python(ground: Ground, module: str, *arguments: object) -> str:
    """A Python of its own on this home; what it prints."""
    command = [sys.executable, "-m", f"tests.torture.{module}", *map(str, arguments)]
    own = ground.house.environment | ({"KRAMA_DATABASE_URL": ground.cluster.url} if ground.cluster else {})
    done = subprocess.run(command, env=own, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, f"{module} failed"
    return done.stdout.splitlines()[-1]


class Blind(Ground):
    """The planted fault: Krama's addresses, with a lease that is given without looking whether somebody has it."""

    def begin(self) -> None:
        own = self.house.environment | ({"KRAMA_DATABASE_URL": self.cluster.url} if self.cluster else {})
        own |= self.environment | {"DJANGO_SETTINGS_MODULE": "tests.torture.unleased"}
        command = [sys.executable, "-m", "granian", "--port", str(self.port), "--no-ws", "--log-level", "error"]
        command += ["--blocking-threads", "8"]  # or it opens more connections than the database has
        command += ["--interface", "wsgi", "django.core.wsgi:get_wsgi_application", "--factory"]
        self.process = subprocess.Popen(command, env=own, cwd=ROOT)

    def look_after(self) -> None:
        assert self.process.poll() is None, "it ended by itself"

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def results(where: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows for bench/results, and a line for whoever waits."""
    print(f"{where}: {json.dumps(found)}", flush=True)
    work = f"{where}, {found['counts']['decisions']} cases decided, {sum(found['kills'].values())} kills: "
    fixed = {"peer": None, "ratio": None}
    rows = [
        {"work": work + name, "ours": count, "unit": "faults", "target": 0, "met": not count, **fixed}
        for name, count in found["faults"].items()
    ]
    rest = {"work": work + "from a lease after the last kill until all is decided", "ours": found["stuck"], "unit": "s"}
    return [*rows, {**rest, "target": Size().waits, "met": found["stuck"] <= Size().waits, **fixed}]


def main() -> int:
    """Both databases; the result stands in bench/results/torture-queue.json."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends it ends what it started, too
    kind = Blind if "--planted" in sys.argv else Ground
    size = Size(kills=0) if kind is Blind else Size()
    named = [name for name in ("PostgreSQL", "SQLite") if name in sys.argv]
    rows = list[dict[str, Any]]()
    for where in named or ["PostgreSQL", "SQLite"]:
        postgres = where == "PostgreSQL"
        assert not postgres or binaries(), "PostgreSQL's initdb is needed (on Debian: postgresql)"
        with ground_on(postgres, "--demo", kind=kind) as ground:
            rows += results(where, run(ground, size))
    if kind is Ground:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(json.dumps(rows, indent=1) + "\n")
    return int(not all(row["met"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

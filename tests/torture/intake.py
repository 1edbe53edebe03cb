# SPDX-License-Identifier: Apache-2.0
"""`make torture-intake`: fifty children report over HTTP while web, worker and database are killed with `kill -9`.

Whatever was acknowledged must be there once, collected into a case, and nothing may wait for more than a minute.
PostgreSQL is a cluster of its own (cluster.py). With `--async-commit` that cluster may forget: the torture must see it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import SERVER_URL
from tests.server.houses import Command, House, free_port, wait_until
from tests.torture.cluster import NAME, Cluster, binaries, own_cluster
from tests.torture.processes import children_of, command_of

ROOT = Path(__file__).resolve().parents[2]
STUCK = 60  # seconds
GATHERS = 240  # seconds after the last report in which all of it must lie in cases
WAITING = """SELECT (SELECT count(*) FROM intake_report WHERE collected_at IS NULL)
    + (SELECT count(*) FROM intake_part WHERE door_version IS NOT NULL)
    + (SELECT count(*) FROM trail_entry WHERE position IS NULL)"""
TARGET = Path("bench/results/torture-intake.json")


@dataclass(frozen=True)
class Size:
    """How much of it; the environment may say less. `seconds` ends a run early, and the result says so."""

    reports: int = int(os.environ.get("TORTURE_REPORTS", 30_000))
    kills: int = int(os.environ.get("TORTURE_KILLS", 150))  # on each database: three hundred in all
    clients: int = int(os.environ.get("TORTURE_CLIENTS", 50))
    seconds: float = float(os.environ.get("TORTURE_SECONDS", 86_400))
    pause: float = float(os.environ.get("TORTURE_PAUSE", 0))  # on average, between two reports of one client


FORGETFUL = Size(reports=int(os.environ.get("TORTURE_REPORTS", 400)), kills=int(os.environ.get("TORTURE_KILLS", 8)))


@dataclass
class Ground:
    """The home, what runs on it, and whom it may kill."""

    house: House
    cluster: Cluster | None
    port: int = field(default_factory=free_port)
    serve: Command | None = None
    begun_again: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        own = self.environment | {"KRAMA_DATABASE_URL": self._url()}
        self.serve = Command(self.house, "serve", "--port", str(self.port), **own)

    def _url(self) -> str:
        return self.cluster.url if self.cluster else ""

    def look_after(self) -> None:
        """What an init system does: `krama serve` that ended is started again."""
        assert self.serve
        if self.serve.process.poll() is not None:
            self.begun_again += 1
            self.begin()

    def part(self, words: str) -> int | None:
        assert self.serve
        return next((pid for pid in children_of(self.serve.process.pid) if words in command_of(pid)), None)

    def web_worker(self) -> int | None:
        server = self.part("granian")
        found = children_of(server) if server else []
        return found[0] if found else None

    def backend(self) -> int | None:
        found = self.cluster.backends() if self.cluster else []
        return random.choice(found) if found else None

    def end(self) -> None:
        if self.serve:
            self.serve.end()


KILLS: dict[str, tuple[int, Callable[[Ground], int | None]]] = {
    "web worker": (35, Ground.web_worker),
    "web server": (10, lambda ground: ground.part("granian")),
    "job loop": (25, lambda ground: ground.part("krama worker")),
    "supervisor": (5, lambda ground: ground.serve.process.pid if ground.serve else None),
    "backend": (15, Ground.backend),
    "cluster": (10, lambda ground: 0 if ground.cluster else None),
}


def kill_one(ground: Ground, dice: random.Random, only: str = "") -> str:
    """Kill somebody who is alive; what it was, or "" when there was none of that kind at this moment."""
    names = [name for name in KILLS if ground.cluster or name not in ("backend", "cluster")]
    name = only or dice.choices(names, [KILLS[one][0] for one in names])[0]
    pid = KILLS[name][1](ground)
    if pid is None:
        return ""
    if name == "cluster":
        assert ground.cluster
        ground.cluster.kill_whole()
        ground.cluster.start()
        return name
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return ""
    return name


class Log:
    """What the children wrote down so far; read on from where it was."""

    def __init__(self, path: Path) -> None:
        self.path, self.read, self.counts, self.end = path, 0, Counter[str](), dict[str, Any]()

    def count(self) -> int:
        """How many reports were acknowledged."""
        with self.path.open() as file:
            file.seek(self.read)
            while (line := file.readline()).endswith("\n"):
                self.read = file.tell()
                said = json.loads(line)
                self.counts[said["did"]] += 1
                if said["did"] == "end":
                    self.end = said
        return self.counts["taken"]


def run(ground: Ground, size: Size, *, seed: int = 1, only: str = "", forget: bool = False) -> dict[str, Any]:
    """All of it on this home: figures and faults."""
    log, dice, done = Log(ground.house.folder / "children.jsonl"), random.Random(seed), Counter[str]()
    log.path.touch()
    ground.begin()
    assert ground.serve
    ground.serve.wait_for("Open http", 240)
    if forget and ground.cluster:
        ground.cluster.forget()
    command = [sys.executable, "-m", "tests.torture.children", str(ground.port), str(log.path)]
    command += [str(one) for one in (size.reports, size.clients, size.seconds, size.pause)]
    begun, told = time.monotonic(), 0.0
    children = subprocess.Popen(command, cwd=ROOT)
    while children.poll() is None:
        ground.look_after()
        due = (log.count() - size.clients / 2) * size.kills / size.reports  # spread over all reports
        if done.total() < min(due, size.kills):
            time.sleep(dice.uniform(0, 0.4))
            done[kill_one(ground, dice, only) or "nobody"] += 1
            del done["nobody"]
        time.sleep(0.05)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{log.counts['taken']} reports, {done.total()} kills", file=sys.stderr, flush=True)
    took = time.monotonic() - begun
    assert children.returncode == 0, "the children ended by themselves"
    log.count()
    all_in = gathered(ground, 30 if forget else GATHERS)  # a trail that lost entries stops growing, and says so
    found = look(ground, log.path)
    ground.end()
    stuck = max(log.end["longest"], found.pop("longest"))
    errors = sum(count for name, count in log.end["seen"].items() if name.startswith("ERROR"))
    found["faults"] |= {"errors": errors, "stuck": int(stuck > STUCK), "not gathered": int(not all_in)}
    seen = {"kills": dict(done), "seconds": round(took), "stuck": round(stuck, 1), "answers": log.end["seen"]}
    return {**found, **seen, "begun_again": ground.begun_again}


def gathered(ground: Ground, seconds: float = GATHERS) -> bool:
    """Everything lies in cases after a while, with nobody killing any more."""

    def done() -> bool:
        ground.look_after()
        time.sleep(0.3)
        with suppress(Exception):  # the database may be on its way back from the last kill
            return not ground.house.one(WAITING)
        return False

    try:
        wait_until(done, "everything to be collected", seconds)
    except AssertionError:
        return False
    return True


def look(ground: Ground, log: Path) -> dict[str, Any]:
    """A Python of its own on this home compares it with what the children saw (ledger.py)."""
    command = [sys.executable, "-m", "tests.torture.ledger", str(log)]
    own = ground.house.environment | ({"KRAMA_DATABASE_URL": ground.cluster.url} if ground.cluster else {})
    done = subprocess.run(command, env=own, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, "the comparison itself failed"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def ground_on(postgres: bool, *options: str, kind: type[Ground] = Ground) -> Iterator[Ground]:
    """A home of its own, made with these options of `krama init`; on PostgreSQL with a cluster of its own."""
    before = os.environ.get(SERVER_URL)
    with tempfile.TemporaryDirectory() as folder, _cluster(postgres) as cluster:
        if cluster:
            os.environ[SERVER_URL] = cluster.server  # of which the house makes the address of its database
        house = House(Path(folder), NAME if cluster else "")
        try:
            house.krama("init", *options)
            ground = kind(house, cluster)
            try:
                yield ground
            finally:
                ground.end()
        finally:
            os.environ.pop(SERVER_URL, None)
            if before is not None:
                os.environ[SERVER_URL] = before


@contextmanager
def _cluster(postgres: bool) -> Iterator[Cluster | None]:
    if not postgres:
        yield None
        return
    with own_cluster() as cluster:
        yield cluster


def results(where: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows for bench/results, and a line for whoever waits."""
    counts, kills = found["counts"], sum(found["kills"].values())
    print(f"{where}: {json.dumps(found)}", flush=True)
    work = f"{where}, {counts['taken']} reports acknowledged, {kills} kills: "
    fixed = {"peer": None, "ratio": None}
    rows = [
        {"work": work + name, "ours": count, "unit": "faults", "target": 0, "met": not count, **fixed}
        for name, count in found["faults"].items()
    ]
    longest = {"work": work + "the longest wait of a child or of a report", "ours": found["stuck"], "unit": "s"}
    return [*rows, {**longest, "target": STUCK, "met": found["stuck"] <= STUCK, **fixed}]


def forgetful(size: Size) -> dict[str, int]:
    """`--async-commit`: the same kills of the whole cluster, with commits that wait and with some that do not.

    Krama does not start on such a server: it is told to forget only once Krama runs.
    """
    faults = {}
    for name, forget in (("on", False), ("off", True)):
        with ground_on(postgres=True) as ground:
            found = run(ground, size, only="cluster", forget=forget)
        print(f"synchronous_commit = {name}: {json.dumps(found)}", flush=True)
        faults[name] = sum(found["faults"].values())
    return faults


def main() -> int:
    """Both databases; the result stands in bench/results/torture-intake.json."""
    if "--async-commit" in sys.argv:
        return int(any(forgetful(FORGETFUL).values()))  # expected: 1
    both = [name == "PostgreSQL" for name in ("PostgreSQL", "SQLite") if name in sys.argv or len(sys.argv) == 1]
    rows = list[dict[str, Any]]()
    for postgres in both:
        where = "PostgreSQL" if postgres else "SQLite"
        assert not postgres or binaries(), "PostgreSQL's initdb is needed (on Debian: postgresql)"
        with ground_on(postgres) as ground:
            rows += results(where, run(ground, Size()))
    kept = json.loads(TARGET.read_text()) if len(both) == 1 and TARGET.exists() else []  # of the other database
    rows += [row for row in kept if not row["work"].startswith(where)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(rows, indent=1) + "\n")
    return int(not all(row["met"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

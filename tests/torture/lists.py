# SPDX-License-Identifier: Apache-2.0
"""`make torture-lists`: lists published and hashes withdrawn while a real `krama serve --gate` is asked without pause.

Each worker of the gate, and each of the server's own `POST /scan`, is asked over a connection that is known to end in
it. From the moment of a publication (its `at`: as when the button is pressed) until the last of them says block to the
new hash and allow to the withdrawn one there may be ten seconds; and nothing that was asked meanwhile may fail. How
long the command took, which also starts a Python, is said beside.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.gate_sides import Side
from bench.load import Seen, apart
from bench.response import moment
from krama.testing.pictures import encoded, jpeg, landscape
from tests.server.houses import House, serving
from tests.torture.intake import ground_on
from tests.torture.processes import children_of, command_of, holder_of

TARGET = Path("bench/results/torture-lists.json")
WITHIN = 10.0  # seconds
PATIENCE = 60.0  # then it is not live
GATE = 200  # ports above the server's
LINES = 3  # connections that ask without pause


@dataclass(frozen=True)
class Size:
    """How much of it: `listed` hashes lie on a list beside, `rounds` times one comes and one goes."""

    rounds: int = int(os.environ.get("TORTURE_ROUNDS", 10))
    listed: int = int(os.environ.get("TORTURE_LISTED", 100_000))
    workers: int = 2
    patience: float = PATIENCE
    publishes: bool = True  # planted: somebody forgets to


@dataclass
class Stream:
    """Asked without pause until told to end: an upload nobody knows, one that is listed, hashes."""

    side: Side
    seen: list[Seen] = field(default_factory=list)
    ending: bool = False

    def run(self) -> None:
        unknown = [encoded(landscape(4_000 + n, size=(640, 480)), "JPEG", quality=85) for n in range(8)]
        asked = self.side.uploads([*unknown, jpeg(landscape(2, size=(1024, 768)), quality=92)])
        asked += self.side.hashes([secrets.token_hex(32) for _ in range(20)])
        while not self.ending:
            self.seen.append(apart(self.side.port, asked, lines=LINES, seconds=2))

    @contextmanager
    def going(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.ending = True
            thread.join()


class Worker:
    """One process that answers, over a connection that ends in it."""

    def __init__(self, pid: int, name: str, side: Side, line: http.client.HTTPConnection) -> None:
        self.pid, self.name, self._side, self._line = pid, name, side, line

    def says(self, value: str) -> str:
        """Its verdict of one hash."""
        body = json.dumps({"hashes": [{"type": "pdq", "value": value}]})
        headers = {"Authorization": f"Bearer {self._side.key}", "Content-Type": "application/json"}
        self._line.request("POST", "/api/v1/scan", body, headers)
        answer = self._line.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return str(json.loads(text)["verdict"])


def workers_of(side: Side, pids: Sequence[int], stack: ExitStack) -> list[Worker]:
    """A connection into each; those that end where there is one already stay open, so that the next goes on."""
    found: dict[int, Worker] = {}
    for _ in range(500):
        line = http.client.HTTPConnection("127.0.0.1", side.port, timeout=30)
        stack.callback(line.close)
        line.connect()
        line.auto_open = 0  # opened anew it might end elsewhere
        worker = Worker(0, side.name, side, line)
        worker.says("00" * 32)  # until it is answered nobody has taken it
        holder = holder_of(line.sock.getsockname(), side.port, list(pids))
        if holder is not None and holder not in found:
            found[holder] = Worker(holder, side.name, side, line)
        if len(found) == len(pids):
            return list(found.values())
    raise AssertionError(f"only {sorted(found)} of {pids} take connections")


def live(workers: Sequence[Worker], new: str, gone: str, patience: float) -> dict[str, float]:
    """When the last worker of each name knew both (seconds of the clock); infinite where one did not in this time."""
    begun, waiting, found = time.monotonic(), list(workers), dict[str, float]()
    while waiting and time.monotonic() - begun < patience:
        for one in list(waiting):
            if one.says(gone) == "allow" and one.says(new) == "block":
                waiting.remove(one)
                found[one.name] = time.time()
        time.sleep(0.05)
    return found | {one.name: math.inf for one in waiting}


def listed(house: House, name: str, values: Sequence[str]) -> None:
    """Put onto a list, not yet published."""
    file = house.folder / "new.csv"
    file.write_text("signal_type,value\n" + "".join(f"pdq,{value}\n" for value in values))
    options = ("--list", name, "--owner", "Torture", "--basis", "Drawn by chance", "--action", "block")
    house.krama("lists", "import", str(file), *options)


def withdrawn(house: House, name: str, value: str) -> None:
    file = house.folder / "gone.csv"
    file.write_text(f"signal_type,value\npdq,{value}\n")
    house.krama("lists", "withdraw", str(file), "--list", name)


Opened = Callable[[ExitStack], list[Worker]]


def publish(house: House, opened: Opened, new: str, gone: str, size: Size) -> dict[str, float]:
    """For each name the seconds from the publication until its last worker knew; and what the command took."""
    with ExitStack() as stack, ThreadPoolExecutor(1) as beside:
        workers = opened(stack)
        before = [(one.says(gone), one.says(new)) for one in workers]
        assert set(before) == {("block", "allow")}, f"known before it was said: {before}"
        begun = time.monotonic()
        watching = beside.submit(live, workers, new, gone, size.patience)
        if size.publishes:
            house.krama("lists", "publish")
        took = time.monotonic() - begun
        found = watching.result()
    at = moment(house.one("SELECT max(at) FROM lists_publication")).timestamp()
    return {name: when - at for name, when in found.items()} | {"command": took}


def run(house: House, size: Size) -> dict[str, Any]:
    """All of it on this home."""
    listed(house, "Beside", [secrets.token_hex(32) for _ in range(size.listed)])
    old = secrets.token_hex(32)
    listed(house, "Waves", [old])
    house.krama("lists", "publish")
    key = house.krama("keys", "add", "App", "--scope", "scan").stdout.strip().splitlines()[-1]
    with serving(house, "--gate", "--web-workers", str(size.workers)) as (command, port):
        gate, server = (Side(name, at, 0, key) for name, at in (("gate", port + GATE), ("server", port)))
        wait_until_taken(gate)
        parts = children_of(command.process.pid)
        web = next(pid for pid in parts if "granian" in command_of(pid))
        those = [pid for pid in parts if "krama.gate.worker" in command_of(pid)]

        def opened(stack: ExitStack) -> list[Worker]:
            return workers_of(gate, those, stack) + workers_of(server, children_of(web), stack)

        stream, rounds = Stream(gate), []
        with stream.going():
            for _ in range(size.rounds):
                new = secrets.token_hex(32)
                listed(house, "Waves", [new])
                withdrawn(house, "Waves", old)
                rounds.append(publish(house, opened, new, old, size))
                old = new
    statuses = sum((one.statuses for one in stream.seen), Counter[str]())
    waits = sorted(wait for one in stream.seen for wait in one.waits)
    return {"rounds": rounds, "answers": dict(statuses), "slowest": waits[-1], "within": waits[len(waits) * 99 // 100]}


def wait_until_taken(side: Side) -> None:
    """Until the gate has its key file and its lists."""
    for _ in range(200):
        line = http.client.HTTPConnection("127.0.0.1", side.port, timeout=30)
        with closing(line), suppress(OSError, AssertionError):
            Worker(0, side.name, side, line).says("00" * 32)
            return
        time.sleep(0.2)


def rows(where: str, found: dict[str, Any], size: Size) -> list[dict[str, Any]]:
    """Rows for bench/results, and a line for whoever waits."""
    print(f"{where}: {json.dumps(found)}", flush=True)
    asked, failed = sum(found["answers"].values()), sum(n for s, n in found["answers"].items() if s != "200")
    work = f"{where}, {size.rounds} times one of {size.listed + 1:,} hashes came and one went, {asked:,} scans beside: "
    fixed = {"peer": None, "ratio": None}
    load = f"{os.getloadavg()[0]:.1f} processes on {os.cpu_count()} cores"
    made = []
    for name in ("gate", "server"):
        longest = max(one[name] for one in found["rounds"])
        what = f"from the publication until every worker of the {name} knew, longest"
        what += f" (the command took {max(one['command'] for one in found['rounds']):.1f} s at most, {load})"
        made.append({"work": work + what, "ours": round(longest, 1) if longest < math.inf else None, "unit": "s",
                     "target": WITHIN, "met": longest < WITHIN, **fixed})  # fmt: skip
    what = f"scans that failed (99 of 100 answered within {found['within']:.0f} ms, all within {found['slowest']:.0f})"
    return [*made, {"work": work + what, "ours": failed, "unit": "faults", "target": 0, "met": not failed, **fixed}]


def main() -> int:
    """On both databases; the result stands in bench/results/torture-lists.json."""
    size, found = Size(), list[dict[str, Any]]()
    for where in ("SQLite", "PostgreSQL"):
        with ground_on(where == "PostgreSQL", "--demo") as ground:
            found += rows(where, run(ground.house, size), size)
    TARGET.write_text(json.dumps(found, indent=1) + "\n")
    for one in found:
        print(json.dumps(one))
    return int(not all(one["met"] for one in found))


if __name__ == "__main__":
    sys.exit(main())

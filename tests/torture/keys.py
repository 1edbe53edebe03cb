# SPDX-License-Identifier: Apache-2.0
"""`make torture-keys`: kill -9 during rotation and destruction, hundreds of times, and look at what remains.

Each time: no plain text, no orphan, nothing destroyed twice, and all that was not destroyed can still be read.
Each act is a process of its own, forked from one that has loaded Krama already: the kill falls into the work, however
loaded the machine is, and not into the loading.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.conftest import SERVER_URL
from tests.server.houses import House, made, url_of

ROOT = Path(__file__).resolve().parents[2]
KILLS = 300
ROWS = 60
CANARY = "canary-4711"
FAULTS = ("unreadable", "twice", "orphans", "records", "rows", "plain")


def run(house: House, kills: int, seed: int = 1) -> dict[str, int]:
    """So many kills on this home; the count of each fault, which are all to be nought."""
    found: dict[str, int] = json.loads(ask(house, "kill", kills, seed))
    house.krama("retention", "run")
    house.krama("keys", "rotate")
    last = json.loads(ask(house, "look"))
    note(found, last)
    found["rows"] += last["rows_left"]
    found["plain"] += plain(house)
    return found


def ask(house: House, *what: object) -> str:
    """A Python of its own on this home: `make ROWS DUE`, `look`, or `kill KILLS SEED`."""
    command = [sys.executable, "-m", "tests.torture.keys", *map(str, what)]
    done = subprocess.run(command, env=house.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, what
    return done.stdout


def note(faults: dict[str, int], seen: dict[str, int]) -> None:
    faults["unreadable"] += seen["unreadable"]
    faults["twice"] += seen["twice"]
    faults["orphans"] += seen["orphans"]
    faults["records"] += int(not seen["gone"] == seen["records"] == seen["said"])


def plain(house: House) -> int:
    """How often the canary stands in the files of the database; on PostgreSQL in its dump."""
    if house.database:
        dumped = subprocess.run(["pg_dump", url_of(house.database)], capture_output=True, check=True).stdout
        return dumped.count(CANARY.encode())
    files = (house.folder / "home").glob("krama.sqlite3*")
    return sum(path.read_bytes().count(CANARY.encode()) for path in files)


# From here on: in the process on the home, and in what it forks.


def make(rows: int, due: int) -> None:
    """So many sealed detections; the time of so many has come."""
    import uuid
    from datetime import timedelta

    from django.utils import timezone

    from krama.server.compartments.actions import make as compartment
    from krama.server.compartments.actions import reseal
    from krama.server.compartments.models import Compartment, Kind
    from krama.server.detections.models import Detection
    from krama.server.detections.queries import place_of

    for _ in range(rows):
        pk, one, now = uuid.uuid4(), compartment(Kind.DETECTION), timezone.now()
        sealed = reseal(one, json.dumps({"account_id": CANARY}).encode(), *place_of(pk))
        facts: dict[str, Any] = {"at": now, "verdict": "block", "reason": "match", "took_ms": 1, "collected_at": now}
        Detection.objects.create(id=pk, sealed_ids=sealed, compartment=one, **facts)
    some = list(Compartment.objects.filter(destroyed_at=None, clock_from=None).values_list("pk", flat=True)[:due])
    Compartment.objects.filter(pk__in=some).update(clock_from=timezone.now() - timedelta(days=4000))


def look() -> dict[str, int]:
    """What can be read, what is gone, and whether the records agree."""
    from krama.server.compartments.models import Compartment, Destruction
    from krama.server.detections.models import Detection
    from krama.server.detections.queries import firm_ids
    from krama.server.trail.models import Entry

    alive = Detection.objects.filter(compartment__destroyed_at=None).select_related("compartment")
    read = [_reads(lambda one=one: firm_ids(one)) for one in alive]  # type: ignore[misc]
    said = Counter(Entry.objects.filter(event="compartment:destroyed").values_list("subject_id", flat=True))
    emptied = Detection.objects.filter(compartment__record__finished_at__isnull=False)
    orphans = Detection.objects.filter(compartment=None).count()
    return {
        "alive": len(read),
        "unreadable": read.count(False),
        "gone": Compartment.objects.exclude(destroyed_at=None).count(),
        "records": Destruction.objects.count(),
        "twice": sum(count > 1 for count in said.values()),
        "said": len(said),
        "orphans": orphans + Compartment.objects.filter(detections=None, cases=None).count(),
        "rows_left": emptied.exclude(sealed_ids=None).count(),
    }


def _reads(act: Callable[[], dict[str, str]]) -> bool:
    from krama.errors import KramaError

    try:
        return act() == {"account_id": CANARY}
    except KramaError:
        return False


def kill(kills: int, seed: int) -> dict[str, int]:
    """Rotate or destroy in a process of its own and kill it somewhere; what had ended by itself is not counted."""
    dice, faults, done = random.Random(seed), dict.fromkeys(FAULTS, 0), 0
    in_child(lambda: make(ROWS, 20))
    took = {name: [timed(name)] for name in ACTS}  # how long each takes when nobody kills it
    while done < kills:
        in_child(lambda: make(8, 6))
        name = dice.choice(sorted(ACTS))
        lived = kill_one(name, dice.uniform(0, 1.1) * statistics.median(took[name][-9:]))
        if lived is None:
            done += 1
        else:
            took[name].append(lived)
        note(faults, in_child(look))
        if lived is None and not done % 25:
            print(f"{done} kills; faults so far: {faults}", file=sys.stderr, flush=True)
    return {"kills": done, **faults}


def rotate() -> None:
    from krama.server.compartments.actions.rotate import rotate as carry_out
    from krama.server.trail.actor import TERMINAL

    carry_out(TERMINAL)


def destroy() -> None:
    from krama.server.compartments.actions.destroy import run as carry_out
    from krama.server.trail.actor import TERMINAL

    carry_out(TERMINAL)


ACTS: dict[str, Callable[[], None]] = {"rotate": rotate, "destroy": destroy}


def fork(act: Callable[[], Any], pipe: int | None = None) -> int:
    """`act` in a process of its own, which has no connection of ours."""
    pid = os.fork()
    if pid:
        return pid
    try:
        said = act()
        if pipe is not None:
            os.write(pipe, json.dumps(said).encode())
        os._exit(0)
    except BaseException as fault:
        os.write(2, f"{type(fault).__name__}: {fault}\n".encode())
        os._exit(1)


def in_child(act: Callable[[], Any]) -> Any:
    reads, writes = os.pipe()
    pid = fork(act, writes)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    assert os.waitpid(pid, 0)[1] == 0
    return json.loads(said)


def timed(name: str) -> float:
    begun = time.monotonic()
    in_child(ACTS[name])
    return time.monotonic() - begun


def kill_one(name: str, after: float) -> float | None:
    """None when it was killed; else how long it lived."""
    begun = time.monotonic()
    pid = fork(ACTS[name])
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)  # a child that has ended waits for us: its number is nobody else's yet
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return None
    assert status == 0, f"{name} failed by itself"
    return time.monotonic() - begun


def on_home(what: str, *numbers: str) -> None:
    from krama.cli.house import start_django

    start_django()
    said = {"make": make, "look": look, "kill": kill}[what](*map(int, numbers))  # type: ignore[operator]
    print(json.dumps(said))


def results(where: str, found: dict[str, int]) -> list[dict[str, Any]]:
    kills = found.pop("kills")
    fixed = {"peer": None, "unit": "faults", "ratio": None, "target": 0}
    print(f"{where}: {kills} kills; faults: {found}")
    work = f"{where}, {kills} kills: "
    return [{"work": work + fault, "ours": count, "met": not count, **fixed} for fault, count in found.items()]


def on_a_home(on_postgres: bool) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, made(Path(folder), on_postgres) as house:
        return results("PostgreSQL" if on_postgres else "SQLite", run(house, KILLS))


def main() -> int:
    """All of them, on homes of their own beside each other; the result stands in bench/results/torture-keys.json."""
    both = (False, True) if os.environ.get(SERVER_URL) else (False,)
    with ThreadPoolExecutor() as beside:
        rows = [row for some in beside.map(on_a_home, both) for row in some]
    target = Path("bench/results/torture-keys.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, indent=1) + "\n")
    return int(not all(row["met"] for row in rows))


if __name__ == "__main__":
    if sys.argv[1:]:
        on_home(*sys.argv[1:])
    else:
        sys.exit(main())

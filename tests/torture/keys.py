# SPDX-License-Identifier: Apache-2.0
"""`make torture-keys`: kill -9 during rotation and destruction, hundreds of times, and look at what remains.

Each time: no plain text, no orphan, nothing destroyed twice, and all that was not destroyed can still be read.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.server.houses import House

KILLS = 300
ROWS = 60
# One Python on the home: makes rows, or says what can be read, as JSON.
MAKE = """
import sys, uuid, krama.cli.house as h; h.start_django()
from django.utils import timezone
from datetime import timedelta
from krama.server.compartments.actions import make, reseal
from krama.server.compartments.models import Compartment
from krama.server.detections.models import Detection
from krama.server.detections.queries import place_of
for n in range(int(sys.argv[1])):
    pk, c = uuid.uuid4(), make("detection")
    sealed = reseal(c, b'{"account_id": "canary-4711"}', *place_of(pk))
    Detection.objects.create(id=pk, at=timezone.now(), verdict="block", reason="match", took_ms=1,
                             sealed_ids=sealed, compartment=c, collected_at=timezone.now())
old = timezone.now() - timedelta(days=4000)
open_ones = Compartment.objects.filter(destroyed_at=None, clock_from=None)
some = list(open_ones.values_list("pk", flat=True)[: int(sys.argv[2])])
Compartment.objects.filter(pk__in=some).update(clock_from=old)
"""
LOOK = """
import json, krama.cli.house as h; h.start_django()
from collections import Counter
from krama.server.compartments.models import Compartment, Destruction
from krama.server.detections.models import Detection
from krama.server.detections.queries import firm_ids
from krama.server.trail.models import Entry
alive = Detection.objects.filter(compartment__destroyed_at=None).select_related("compartment")
read = [firm_ids(one) == {"account_id": "canary-4711"} for one in alive]
gone = Compartment.objects.exclude(destroyed_at=None)
said = Counter(Entry.objects.filter(event="compartment:destroyed").values_list("subject_id", flat=True))
emptied = Detection.objects.filter(compartment__record__finished_at__isnull=False)
print(json.dumps({"alive": len(read), "unreadable": read.count(False), "gone": gone.count(),
  "records": Destruction.objects.count(), "twice": sum(n > 1 for n in said.values()), "said": len(said),
  "orphans": Detection.objects.filter(compartment=None).count()
   + Compartment.objects.filter(detections=None, cases=None).count(),
  "rows_left": emptied.exclude(sealed_ids=None).count()}))
"""


def run(house: House, kills: int, seed: int = 1) -> dict[str, int]:
    """So many kills on this home; the count of each fault, which are all to be nought."""
    dice, faults = random.Random(seed), {"unreadable": 0, "twice": 0, "orphans": 0, "records": 0, "plain": 0, "rows": 0}
    done = 0
    while done < kills:
        ask(house, MAKE, ROWS if done == 0 else 8, 6)
        done += kill_one(house, dice)
        note(faults, json.loads(ask(house, LOOK)), house)
    house.krama("retention", "run")
    house.krama("keys", "rotate")
    last = json.loads(ask(house, LOOK))
    note(faults, last, house)
    faults["rows"] += last["rows_left"]
    return {"kills": done, **faults}


def kill_one(house: House, dice: random.Random) -> int:
    """Start one of the two commands and kill it somewhere; 0 when it had ended by itself."""
    command = dice.choice((["keys", "rotate"], ["retention", "run"]))
    krama = str(Path(sys.executable).with_name("krama"))
    process = subprocess.Popen([krama, *command], env=house.environment, stdout=subprocess.DEVNULL, cwd=house.folder)
    try:
        process.wait(dice.uniform(0.5, 1.4))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return 1
    return 0


def note(faults: dict[str, int], seen: dict[str, int], house: House) -> None:
    faults["unreadable"] += seen["unreadable"]
    faults["twice"] += seen["twice"]
    faults["orphans"] += seen["orphans"]
    faults["records"] += int(not seen["gone"] == seen["records"] == seen["said"])
    files = (house.folder / "home").glob("krama.sqlite3*")
    faults["plain"] += sum(path.read_bytes().count(b"canary-4711") for path in files)


def ask(house: House, program: str, *arguments: object) -> str:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def main() -> int:
    """All of them, on a home of its own; the result stands in bench/results/torture-keys.json."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        house.krama("init")
        found = run(house, KILLS)
    kills = found.pop("kills")
    plain = {"peer": None, "unit": "faults", "ratio": None, "target": 0}
    results = [
        {"work": f"{kills} kills: {fault}", "ours": count, "met": not count, **plain} for fault, count in found.items()
    ]
    target = Path("bench/results/torture-keys.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"{kills} kills; faults: {found}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())

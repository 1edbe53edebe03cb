# SPDX-License-Identifier: Apache-2.0
"""`make bench-intake`: how long a child waits at the report page on PostgreSQL, and what a rush does to it.

One report is a first answer, one addition and a receipt. They come when they are due, whether or not earlier ones were
answered, and their time counts from when they were due. The client, the database and Krama share the machine.
Loopback only, against a home and a cluster of its own; `ARGS="--seconds 60"` measures a minute instead of ten.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.torture.children import CODE, OK, SHED, SHOWN, TAKEN, THANKS, TOKEN, TOPICS, Crowd, Phone
from tests.torture.intake import Ground, gathered, ground_on, look

RATE, SECONDS, WITHIN = 20, 600, 300.0  # reports a second, seconds, milliseconds for 99 of 100
RUSH, RUSH_SECONDS = 300, 20
AHEAD = 1.0  # seconds before it is due, a visitor opens the page
MOST = 4_000  # visitors at one moment
RESULT = Path(__file__).parent / "results" / "intake.json"


class Visitors:
    """As many a second as were asked for, none of them waiting for another."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.took = crowd, dict[str, list[float]](first=[], addition=[], receipt=[], report=[])
        self.ended, self.here = Counter[str](), 0

    async def come(self, rate: int, seconds: float) -> None:
        begin, tasks = time.monotonic() + AHEAD, set[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - AHEAD - time.monotonic()))
            if self.here >= MOST:
                self.ended["not sent: too many at once"] += 1
                continue
            task = asyncio.create_task(self.visit(number, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    async def visit(self, number: int, due: float) -> None:
        self.here += 1
        phone = Phone(self.crowd.port)
        try:
            self.ended[await self.report(phone, number, due)] += 1
        except (OSError, EOFError, asyncio.LimitOverrunError):
            self.ended["broken"] += 1
        finally:
            phone.hang_up()
            self.here -= 1

    async def report(self, phone: Phone, number: int, due: float) -> str:
        """How it ended; a visitor who is told to come again does not come again."""
        page, begun, said = "", due, f"number {number} says {self.crowd.dice.getrandbits(64):x}"
        steps = (
            ("open", None, "You did nothing wrong"),
            ("first", {"topic": self.crowd.dice.choice(TOPICS)}, TAKEN),
            ("addition", {"answer": said, "do": "send"}, THANKS),
            ("receipt", {"do": "code"}, SHOWN),
        )
        for name, fields, words in steps:
            if fields:
                token = TOKEN.findall(page)[0]
                if name == "first":
                    self.crowd.say(did="sent", number=number, token=token, topic=fields["topic"])
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                fields = {"t": token, "lang": "en"} | fields
            status, page = await phone.ask(fields)
            if status in SHED:
                return f"shed at {name}"
            if status != OK or words not in page:
                return f"ERROR {status} at {name}"
            begun = self.note(name, number, begun, page, said)
        self.took["report"].append(time.monotonic() - due)
        return "whole"

    def note(self, name: str, number: int, begun: float, page: str, said: str) -> float:
        """What was acknowledged, and how long it took; the time from which the next step counts."""
        now = time.monotonic()
        if name == "open":
            return begun
        self.took[name].append(now - begun)
        facts = {"addition": {"said": said}, "receipt": {"code": "".join(CODE.findall(page)).replace(" ", "")}}
        did = {"first": "taken", "addition": "added", "receipt": "code"}[name]
        self.crowd.say(did=did, number=number, **facts.get(name, {}))
        return now


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1_000, 1) if ordered else 0.0


def client(port: int, log: str, rate: int, seconds: float) -> None:
    """The load generator: a process of its own."""
    with Path(log).open("a") as file:
        visitors = Visitors(Crowd(port, file, random.Random(rate), 0.0))
        begun = time.monotonic()
        asyncio.run(visitors.come(rate, seconds))
        took = {step: {str(p): percentile(found, p) for p in (0.5, 0.99)} for step, found in visitors.took.items()}
        print(json.dumps({"ended": visitors.ended, "took": took, "seconds": round(time.monotonic() - begun, 1)}))


def measure(ground: Ground, name: str, rate: int, seconds: float) -> dict[str, Any]:
    """One load, and what the house has of it afterwards."""
    log = ground.house.folder / f"{name}.jsonl"
    command = [sys.executable, "-m", "bench.intake", "--client", str(ground.port), str(log), str(rate), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds * 3 + 300)
    found: dict[str, Any] = json.loads(done.stdout)
    found["gathered"] = gathered(ground)
    kept = look(ground, log)["faults"]
    # The ledger looks at one log, the house holds those of all loads: what belongs to the others is nobody's here.
    found["lost"] = sum(kept[fault] for fault in ("lost", "changed", "additions lost", "additions twice", "receipts"))
    print(f"{name}: {json.dumps(found)}", flush=True)
    return found


def rows(calm: dict[str, Any], seconds: float, rush: dict[str, Any], rush_seconds: float) -> list[dict[str, Any]]:
    fixed = {"peer": None, "ratio": None}
    load = f"on average {os.getloadavg()[1]:.1f} processes on {os.cpu_count()} cores"
    work = f"{RATE} reports a second for {seconds:.0f} s ({load}): "
    p99, ended = calm["took"]["report"]["0.99"], Counter(calm["ended"])
    found = [
        (work + "first answer, addition and receipt together, 99 of 100 within", p99, "ms", WITHIN, p99 <= WITHIN),
        (work + "the same, median", calm["took"]["report"]["0.5"], "ms", None, None),
        *(
            (work + f"{step} alone, 99 of 100 within", calm["took"][step]["0.99"], "ms", None, None)
            for step in ("first", "addition", "receipt")
        ),
        (work + "not answered whole", ended.total() - ended["whole"], "reports", 0, ended.total() == ended["whole"]),
        (work + "acknowledged and not found", calm["lost"], "faults", 0, not calm["lost"]),
    ]
    work, ended = f"{RUSH} reports a second for {rush_seconds:.0f} s: ", Counter(rush["ended"])
    shed = sum(count for name, count in ended.items() if name.startswith("shed"))
    other = ended.total() - shed - ended["whole"]
    found += [
        (work + "whole", ended["whole"], "reports", None, None),
        (work + "told to come again (429 or 503)", shed, "reports", 1, shed >= 1),
        (work + "neither: broken, or another answer", other, "reports", 0, not other),
        (work + "acknowledged and not found", rush["lost"], "faults", 0, not rush["lost"]),
    ]
    return [{"work": w, "ours": o, "unit": u, "target": t, "met": m, **fixed} for w, o, u, t, m in found]


def main() -> int:
    """Both loads on one home; the result stands in bench/results/intake.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rush-seconds", type=float, default=RUSH_SECONDS)
    parser.add_argument("--client", nargs=4)
    given = parser.parse_args()
    if given.client:
        port, log, rate, seconds = given.client
        client(int(port), log, int(rate), float(seconds))
        return 0
    with ground_on(postgres=True) as ground:
        ground.begin()
        assert ground.serve
        ground.serve.wait_for("Open http", 240)
        measure(ground, "warm", 5, 5)
        calm = measure(ground, "calm", RATE, given.seconds)
        rush = measure(ground, "rush", RUSH, given.rush_seconds)
    results = rows(calm, given.seconds, rush, given.rush_seconds)
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


if __name__ == "__main__":
    sys.exit(main())

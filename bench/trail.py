# SPDX-License-Identifier: Apache-2.0
"""`make bench-trail`: what the trail costs a decision on PostgreSQL, and how far the sequencer falls behind.

Interleaved: every other decision is made with the trail's insert, every other without it (patched out in this process
only). The sequencer runs in a process of its own. Makes a database of its own and drops it.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SERVER = os.environ.get("KRAMA_TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/test")
CLIENTS = 4
DECISIONS = 800  # at half the saturating rate
SATURATED = 500  # as fast as it goes
PER_SECOND, SECONDS = 500, 30
SEQUENCER = """
import threading, krama.cli.house as house
house.start_django()
from krama.server.trail import placing
placing.run(threading.Event())
"""
_without = threading.local()


def main() -> int:
    """Measure, write bench/results/trail.json, and say it."""
    with a_home() as environment, sequencer(environment):
        results = measure()
    target = Path(__file__).parent / "results" / "trail.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


def measure() -> list[dict[str, Any]]:
    patch_record()
    refs = iter(make_cases(2 * CLIENTS + SATURATED + DECISIONS))
    warm = decide_all(refs, 2 * CLIENTS, rate=None)
    assert warm[True]
    started = time.monotonic()
    full = decide_all(refs, SATURATED, rate=None)
    rate = SATURATED / (time.monotonic() - started)
    half = decide_all(refs, DECISIONS, rate=rate / 2)
    lag, reached = behind()
    return [
        _compared(f"a decision, median, at half the saturating rate ({rate / 2:.0f} a second)", half, 1.15),
        _compared(f"a decision, median, at saturation ({CLIENTS} at once, {rate:.0f} a second)", full, None),
        {
            "work": f"the sequencer behind, at most, at {reached:.0f} entries a second for {SECONDS} s",
            "ours": round(lag, 3), "peer": None, "unit": "s", "ratio": None, "target": 2.0,
            "met": lag <= 2.0 if reached >= 0.95 * PER_SECOND else None,
        },
    ]  # fmt: skip


def _compared(work: str, took: dict[bool, list[float]], target: float | None) -> dict[str, Any]:
    ours, peer = (statistics.median(took[with_trail]) * 1_000 for with_trail in (True, False))
    return {
        "work": f"{work}; ours with the trail, peer without", "ours": round(ours, 3), "peer": round(peer, 3),
        "unit": "ms", "ratio": round(ours / peer, 3), "target": target, "met": target and ours / peer < target,
    }  # fmt: skip


def patch_record() -> None:
    """In this process only: a thread may decide without the trail."""
    from krama.server.cases.actions import decide as of_cases

    actions: Any = of_cases
    real = actions.record_together

    def record_together(*given: Any, **named: Any) -> Any:
        return None if getattr(_without, "trail", False) else real(*given, **named)

    actions.record_together = record_together


def decide_all(refs: Iterator[tuple[str, Any]], count: int, rate: float | None) -> dict[bool, list[float]]:
    """Seconds a decision took, from when it was due; with the trail and without, in turn."""
    mine = [next(refs) for _ in range(count)]
    took: dict[bool, list[float]] = {True: [], False: []}
    begin, lock, numbers = time.monotonic() + 0.2, threading.Lock(), iter(range(count))

    def client() -> None:
        from django.db import connection

        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            due = begin + number / rate if rate else time.monotonic()
            time.sleep(max(due - time.monotonic(), 0))
            _without.trail = number % 2 == 1
            _decide(*mine[number])
            took[number % 2 == 0].append(time.monotonic() - due)
        connection.close()

    _together(client)
    return took


def _decide(ref: str, item: Any) -> None:
    from krama.server.cases.actions.decide import decide
    from krama.server.trail.actor import TERMINAL

    facts: dict[str, Any] = {"outcome": "confirm", "layer": "law", "reason": "Seen and compared."}
    decide(TERMINAL, ref=ref, items=[item], decided_by="Bench", **facts)


def make_cases(count: int) -> list[tuple[str, Any]]:
    """Open cases with one collected detection each, as the collector leaves them."""
    from django.db import transaction
    from django.utils import timezone

    from krama.server.cases.models import Case, Item
    from krama.server.compartments.actions import make
    from krama.server.compartments.models import Kind
    from krama.server.detections.models import Detection

    now, found = timezone.now(), []
    with transaction.atomic():
        compartments = [make(Kind.DETECTION) for _ in range(count)]
    for number, own in enumerate(compartments):
        seen = Detection(at=now, verdict="block", reason="match", took_ms=1, collected_at=now, compartment=own)
        case = Case(ref=f"C-{number:06}", severity="high", source="scanner", opened_at=now, due_at=now + timedelta(1))
        found.append((seen, case, Item(case=case, detection=seen, joined_at=now, joined_by="opened")))
    Detection.objects.bulk_create(seen for seen, _, _ in found)
    Case.objects.bulk_create(case for _, case, _ in found)
    Item.objects.bulk_create(item for _, _, item in found)
    return [(case.ref, item.pk) for _, case, item in found]


def behind() -> tuple[float, float]:
    """The longest that an entry waited for its place at so many a second, and how many a second were written."""
    from django.db import connection
    from django.utils import timezone

    from krama.server.trail.actions import record
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.events import Event
    from krama.server.trail.models import Entry

    begin, lock, numbers = time.monotonic(), threading.Lock(), iter(range(PER_SECOND * SECONDS))

    def writer() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            time.sleep(max(begin + number / PER_SECOND - time.monotonic(), 0))
            record(TERMINAL, Event.CASE_VIEWED, subject_kind="case", subject_id=f"C-{number}")
        connection.close()

    thread = threading.Thread(target=_together, args=(writer,))
    thread.start()
    longest = 0.0
    while thread.is_alive():
        first = Entry.objects.filter(position=None).order_by("at").values_list("at", flat=True).first()
        longest = max(longest, (timezone.now() - first).total_seconds() if first else 0.0)
        time.sleep(0.05)
    return longest, PER_SECOND * SECONDS / (time.monotonic() - begin)


def _together(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


@contextmanager
def a_home(*how: str) -> Iterator[dict[str, str]]:
    """A home and a database of its own, both gone afterwards."""
    name = f"krama_bench_{secrets.token_hex(6)}"
    with psycopg.connect(SERVER, autocommit=True) as server, tempfile.TemporaryDirectory() as folder:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = SERVER.rsplit("/", 1)[0] + "/" + name
        own = {"KRAMA_HOME": f"{folder}/home", "KRAMA_KEYS": f"{folder}/keys", "KRAMA_DATABASE_URL": url}
        os.environ.update(own)
        try:
            command = str(Path(sys.executable).with_name("krama"))
            subprocess.run([command, "init", *how], check=True, stdout=subprocess.DEVNULL)
            import krama.cli.house

            krama.cli.house.start_django()
            yield {**os.environ, **own}
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def sequencer(environment: dict[str, str]) -> Iterator[None]:
    """In its own process, as `krama worker` runs it."""
    process = subprocess.Popen([sys.executable, "-c", SEQUENCER], env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())

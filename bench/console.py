# SPDX-License-Identifier: Apache-2.0
"""`make bench-console`: how long staff wait for their pages when the house holds a million cases, on PostgreSQL.

A few hundred cases come in by the product's own doors; the rest are copies of their rows under ids and references of
their own (a copy has no sealed words, so decisions are made on the first ones; lists, searches and the next case are of
all). The trail holds the entries of the first ones only. A real `krama serve` with its job loop answers one person
after another.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

from bench.trail import a_home

CASES = int(os.environ.get("BENCH_CASES", 1_000_000))
REAL = int(os.environ.get("BENCH_REAL", 500))  # of these, by the product's own doors
ASKED = int(os.environ.get("BENCH_ASKED", 200))  # of each page
WITHIN = 150.0  # milliseconds for 95 of 100
# Whatever has the same hash is in one case while that is open: a copy has hashes of its own.
OWN_HASHES = """(
    SELECT jsonb_object_agg(key, CASE WHEN key IN ('md5', 'sha1', 'sha256', 'pdq')
        THEN to_jsonb(left(md5(value::text || n) || md5(n || value::text), length(value #>> '{}'))) ELSE value END)
    FROM jsonb_each(content))"""
# It begins with a letter that no reference of the house holds: the first ones' are drawn by lot.
OWN_REF = (
    "'C-' || overlay(upper(lpad(to_hex(row_number() over (partition by n order by id) + n * 1024), 6, '0'))"
    " placing translate(left(lpad(to_hex(n * 1024 + 1023), 6, '0'), 1), '0123', 'ILOU') from 1 for 1)"
)
ROOMS: tuple[
    tuple[str, tuple[str, ...], dict[str, str]], ...
] = (  # table, which of its columns are ids that a copy must change alike, and what else a copy has of its own
    ("compartments_compartment", ("id",), {}),
    (
        "detections_detection",
        ("id", "compartment_id"),
        {
            "content": OWN_HASHES,
            "content_key": "md5(content_key || n)",
            "firm_id_key": "md5(firm_id_key || n)",
        },
    ),
    (
        "cases_case",
        ("id", "compartment_id"),
        {
            "ref": OWN_REF,
            "state": "CASE WHEN n % 5 = 0 THEN 'open' ELSE 'closed' END",
            "closed_at": "CASE WHEN n % 5 = 0 THEN NULL ELSE now() - n * interval '7 hours' END",
            "opened_at": "opened_at - n * interval '8 hours'",
            "due_at": "due_at + ((n % 900) - 300) * interval '11 minutes'",
            "clock_said": "'late'",
        },
    ),
    (
        "cases_item",
        ("id", "case_id", "detection_id"),
        {
            "carried_at": "now()",
            "account_key": "md5(account_key || n)",
            "decision_id": "CASE WHEN n % 5 > 0 THEN md5(md5(case_id::text || n)::uuid::text || 'decided')::uuid END",
        },
    ),
    ("cases_near", ("item_id",), {"cluster": "md5(cluster::text || n)::uuid", "number": "n * 10000 + number"}),
    ("cases_openkey", ("case_id",), {"id": "n * 10000 + id", "hash": "md5(hash || n)"}),
)
# What was closed was decided, once.
DECIDED = """
    INSERT INTO cases_decision (id, case_id, at, outcome, layer, decided_by, actor_kind, actor_id, facts, carried_at)
    SELECT md5(c.id::text || 'decided')::uuid, c.id, c.closed_at, 'dismiss', 'policy', 'Somebody',
        'person', u.id, '{}', now()
    FROM cases_case c, (SELECT id FROM accounts_user WHERE role = 'officer' LIMIT 1) u WHERE c.state = 'closed'
"""


def main() -> int:
    """Measure, write bench/results/console.json, and say it."""
    with a_home("--demo") as environment:
        refs = fill()
        with served(environment) as url:
            results = measure(url, refs)
    target = Path(__file__).parent / "results" / "console.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


def fill() -> list[str]:
    """The references of the cases that came in by the product's own doors, all of them open."""
    from django.db import connection
    from django.utils import timezone

    from krama.server.cases.alike import compare_waiting
    from krama.server.cases.models import Case, Item

    come_in()
    while compare_waiting():
        pass
    Item.objects.update(carried_at=timezone.now())  # what was withheld by rule was done: no firm's system is there
    refs = list(Case.objects.filter(state="open").values_list("ref", flat=True))
    begun, copies = time.monotonic(), -(-(CASES - len(refs)) // len(refs))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the copies' keys hold, and need no check each
        for table, ids, own in ROOMS:
            cursor.execute(copied(table, ids, own, copies))
            cursor.execute(f"ANALYZE {table}")
            if table == "cases_case":
                cursor.execute(DECIDED)
        cursor.execute("DELETE FROM cases_openkey k USING cases_case c WHERE c.id = k.case_id AND c.state = 'closed'")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE state = 'open') FROM cases_case")
        print(f"{cursor.fetchone()} cases, open ones; {time.monotonic() - begun:.0f} s", flush=True)
    return refs


def come_in() -> None:
    """As many cases as there are contents, by the scanner's door and the collector."""
    from krama.server.cases.collecting.collect import collect
    from krama.server.wellbeing.models import Care
    from tests.server import builders

    most = 30_000  # minutes: nobody reads two hundred cases in a quarter of an hour, and is asked to rest
    Care.objects.update_or_create(
        pk=1, defaults=dict.fromkeys(("daily_minutes", "offer_minutes", "must_minutes"), most)
    )
    for number in range(REAL):
        builders.detection(account=f"account {number}", content_id=f"content {number}")
    while collect():
        pass


def copied(table: str, ids: tuple[str, ...], own: dict[str, str], copies: int) -> str:
    """One statement that copies each row of a table so often; the same id becomes the same new id in every table."""
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    sealed = {name: "NULL" for name in columns if name.startswith("sealed_")}  # for the first one's key alone
    said = {name: f"md5({name}::text || n)::uuid" for name in ids} | sealed | own
    shown = ", ".join(f"{said[name]} AS {name}" if name in said else name for name in columns)
    names = ", ".join(columns)
    rows = f"(SELECT * FROM {table}) AS first, generate_series(1, {copies}) AS n"  # noqa: S608 - names of this file
    return f"INSERT INTO {table} ({names}) SELECT {shown} FROM {rows}"  # noqa: S608


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    port = 8_790
    command = [str(Path(sys.executable).with_name("krama")), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        while "Open http" not in process.stdout.readline():
            assert process.poll() is None
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait()


class Person:
    """One of the staff at a browser that is already signed in."""

    def __init__(self, url: str) -> None:
        from django.conf import settings
        from django.test import Client

        from krama.server.accounts.models import User

        client = Client()
        client.force_login(User.objects.get(role="officer"))
        cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        said = {"Accept-Language": "en", "Origin": url}
        self.browser = httpx.Client(base_url=url, cookies=cookies, headers=said, timeout=60)

    def get(self, path: str) -> str:
        return self.browser.get(path).raise_for_status().text

    def post(self, path: str, **fields: Any) -> str:
        """The address of the page that it leads to, which is not loaded."""
        answer = self.browser.post(path, data=fields)
        assert answer.status_code == 302, (path, answer.status_code)
        return answer.headers["Location"]


def measure(url: str, refs: list[str]) -> list[dict[str, Any]]:
    """Each page so often, in turn, so that all of them meet the same load."""
    person, took = Person(url), dict[str, list[float]]()

    for number in range(-5, ASKED):
        if number == 0:
            took.clear()  # the first few warm the caches
        for what, act in visits(person, refs[number % len(refs)], number):
            begun = time.monotonic()
            act()
            took.setdefault(what, []).append((time.monotonic() - begun) * 1_000)
    return [row(what, found) for what, found in took.items()]


def visits(person: Person, ref: str, number: int) -> list[tuple[str, Callable[[], object]]]:
    """What somebody does in an hour, on one case."""
    page: list[str] = []
    return [
        ("the queue", lambda: person.get("/cases")),
        ("the queue, tenth page", lambda: person.get("/cases?page=10")),
        ("search by reference", lambda: person.get(f"/cases?q={ref}")),
        ("search by the firm's own id", lambda: person.get(f"/cases?q=content%20{number % REAL}")),
        ("search by the start of a hash", lambda: person.get(f"/cases?q={digest(number)[:12]}")),
        ("Today", lambda: page.append(person.get("/today"))),
        ("the next case", lambda: person.post("/cases/next", **token(page.pop()))),
        ("a case's page", lambda: page.append(person.get(f"/cases/{ref}"))),
        ("a decision", lambda: decide(person, ref, page[0])),
    ]


def digest(number: int) -> str:
    from tests.server.builders import sha256

    return sha256(f"content {number}")


def token(page: str) -> dict[str, str]:
    found = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return {"csrfmiddlewaretoken": found[0]} if found else {}


def decide(person: Person, ref: str, page: str) -> str:
    items = re.findall(r'name="items" value="([^"]+)"', page)
    fields = {"outcome": "dismiss", "layer": "policy", "reason": "Seen and compared.", "items": items}
    return person.post(f"/cases/{ref}/decision", **token(page), **fields)


def row(what: str, took: list[float]) -> dict[str, Any]:
    p95 = sorted(took)[int(len(took) * 0.95)]
    return {
        "work": f"{what}, {CASES:,} cases, 95 of 100 within (median {statistics.median(took):.0f} ms)",
        "ours": round(p95, 1), "peer": None, "unit": "ms", "ratio": None, "target": WITHIN, "met": p95 <= WITHIN,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

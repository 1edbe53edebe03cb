# SPDX-License-Identifier: Apache-2.0
"""A home made before sealing is upgraded, killed on the way, and finished: nothing stays readable, nothing is lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import uuid

import pytest

from tests.server.houses import House, running

pytestmark = [pytest.mark.loopback, pytest.mark.database]

OLD = (("cases", "0001"), ("detections", "0002"))
CASES = 1_000
WORDS = "canary-ពាក្យ-4711"
SAY = (
    "import krama.cli.house as h; h.start_django()\n"
    "from krama.server.cases.models import Decision; from krama.server.cases.queries import reason_of\n"
    "from krama.server.detections.models import Detection; from krama.server.detections.queries import firm_ids\n"
    "print(sum(firm_ids(found)['account_id'].startswith('canary-') for found in Detection.objects.all()),"
    " sum(reason_of(made).startswith('canary-') for made in Decision.objects.all()))"
)


def ask(house: House, *arguments: str) -> str:
    """A Python of its own on this home."""
    done = subprocess.run(
        [sys.executable, *arguments], env=house.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def made_before_sealing(house: House) -> None:
    """Its tables as they were, and a thousand cases whose ids and words anybody can read."""
    settings = ("--settings", "krama.server.site.settings")
    for app, state in OLD:
        ask(house, "-m", "django", "migrate", app, state, *settings, "-v", "0")
    stamp = "2026-11-01 00:00:00+00:00"
    for number in range(CASES):
        case, found, decision, item = (uuid.uuid4() for _ in range(4))
        name = str if house.database else (lambda one: one.hex)
        ids = json.dumps({"account_id": f"canary-{number}", "note": WORDS})
        house.sql(
            "INSERT INTO detections_detection (id, at, verdict, reason, matches, content, snapshot, took_ms, key_name,"
            " content_key, firm_id_key, account_key, firm_ids)"
            " VALUES (%s,%s,'block','match','[]','{}','',1,'','','','',%s)",
            name(found), stamp, ids,
        )  # fmt: skip
        house.sql(
            "INSERT INTO cases_case (id, ref, state, severity, source, opened_at, due_at, closed_at)"
            " VALUES (%s,%s,'closed','high','scanner',%s,%s,%s)",
            name(case), f"C-{number:06}", stamp, stamp, stamp,
        )  # fmt: skip
        house.sql(
            "INSERT INTO cases_decision"
            " (id, at, outcome, layer, reason, decided_by, actor_kind, actor_id, facts, case_id)"
            " VALUES (%s,%s,'confirm','law',%s,'somebody','person','x','{}',%s)",
            name(decision), stamp, WORDS, name(case),
        )  # fmt: skip
        house.sql(
            "INSERT INTO cases_item (id, joined_at, joined_by, case_id, detection_id, decision_id)"
            " VALUES (%s,%s,'opened',%s,%s,%s)",
            name(item), stamp, name(case), name(found), name(decision),
        )  # fmt: skip


def readable(house: House) -> int:
    """How often the canary stands in the files of the database, in whatever page; on PostgreSQL in its dump."""
    if house.database:
        from tests.server.houses import url_of

        dumped = subprocess.run(["pg_dump", url_of(house.database)], capture_output=True, check=True).stdout
        return dumped.count(b"canary-")
    files = (house.folder / "home").glob("krama.sqlite3*")
    return sum(path.read_bytes().count(b"canary-") for path in files)


def test_a_home_of_a_thousand_cases_is_sealed_though_it_is_killed_on_the_way(real_house: House) -> None:
    made_before_sealing(real_house)
    assert readable(real_house) >= CASES  # the search finds what is there
    for _ in range(4):
        with running(real_house, "init") as command:
            try:
                command.process.wait(random.uniform(0.9, 2.5))
            except subprocess.TimeoutExpired:
                command.process.kill()
                command.process.wait()
    real_house.krama("init")
    assert readable(real_house) == 0
    assert ask(real_house, "-c", SAY) == f"{CASES} {CASES}"
    clocks = real_house.one("SELECT count(*) FROM compartments_compartment WHERE clock_from IS NOT NULL")
    assert clocks == 2 * CASES
    assert real_house.one("SELECT count(*) FROM compartments_compartment") == 2 * CASES

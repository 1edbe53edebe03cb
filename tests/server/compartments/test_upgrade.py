# SPDX-License-Identifier: Apache-2.0
"""A home made before sealing is upgraded, killed on the way, and finished: nothing stays readable, nothing is lost."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from tests.canaries.cluster import Cluster, own_cluster
from tests.canaries.places import (
    Gather,
    Ground,
    after_checkpoint,
    data_folder,
    database_files,
    dump_custom,
    dump_plain,
)
from tests.canaries.search import DEPTH, Seeker
from tests.conftest import SERVER_URL, database_name
from tests.server.houses import House, made, url_of

pytestmark = [pytest.mark.loopback, pytest.mark.database]

OLD = (("cases", "0001"), ("detections", "0002"))
CASES = 1_000
WORDS = "canary-ពាក្យ-4711"
SAY = (
    "import krama.cli.house as h; h.start_django()\n"
    "from krama.server.cases.models import Decision; from krama.server.cases.queries.case import reason_of\n"
    "from krama.server.detections.models import Detection; from krama.server.detections.queries import firm_ids\n"
    "print(sum(firm_ids(found)['account_id'].startswith('canary-') for found in Detection.objects.all()),"
    " sum(reason_of(made).startswith('canary-') for made in Decision.objects.all()))"
)
# `krama init` that is killed, as by a power cut, at its so many-th sealing: however busy the machine, amid the work.
KILLED = (
    "import os, signal, sys; import krama.sealing as sealing\n"
    "real, left = sealing.seal, [int(sys.argv.pop())]\n"
    "def seal(*given):\n"
    "    left[0] -= 1\n"
    "    return real(*given) if left[0] else os.kill(os.getpid(), signal.SIGKILL)\n"
    "sealing.seal = seal\n"
    "from krama.cli import main; sys.argv = ['krama', 'init']; main()"
)
OPEN_IDS = "SELECT count(*) FROM detections_detection WHERE sealed_ids IS NULL"
OPEN_WORDS = "SELECT count(*) FROM cases_decision WHERE sealed_reason IS NULL"


@dataclass
class Older:
    """The home, and on PostgreSQL the cluster whose files can be read, where one can be started."""

    house: House
    cluster: Cluster | None = None


@pytest.fixture
def older(pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Older]:
    """Its tables as they were, and a thousand cases whose ids and words anybody can read."""
    on_postgres = bool(pytestconfig.getoption("--postgres"))
    with ExitStack() as stack:
        cluster = stack.enter_context(own_cluster()) if on_postgres else None
        if cluster:
            monkeypatch.setenv(SERVER_URL, cluster.url)
        house = stack.enter_context(made(tmp_path, on_postgres))
        made_before_sealing(house)
        yield Older(house, cluster)


def ask(house: House, *arguments: str, status: int = 0) -> str:
    """A Python of its own on this home."""
    done = subprocess.run(
        [sys.executable, *arguments], env=house.environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout.strip()


def made_before_sealing(house: House) -> None:
    settings = ("--settings", "krama.server.site.settings")
    for app, state in OLD:
        ask(house, "-m", "django", "migrate", app, state, *settings, "-v", "0")
    stamp, name = "2026-11-01 00:00:00+00:00", str if house.database else (lambda one: one.hex)
    ids = [[name(uuid.uuid4()) for _ in range(4)] for _ in range(CASES)]
    house.many(
        "INSERT INTO detections_detection (id, at, verdict, reason, matches, content, snapshot, took_ms, key_name,"
        " content_key, firm_id_key, account_key, firm_ids)"
        " VALUES (%s,%s,'block','match','[]','{}','',1,'','','','',%s)",
        [(found, stamp, json.dumps({"account_id": f"canary-{number}", "note": WORDS}))
         for number, (_case, found, _decision, _item) in enumerate(ids)],
    )  # fmt: skip
    house.many(
        "INSERT INTO cases_case (id, ref, state, severity, source, opened_at, due_at, closed_at)"
        " VALUES (%s,%s,'closed',%s,'scanner',%s,%s,%s)",
        [(case, f"C-{number:06}", "critical" if number % 2 else "high", stamp, stamp, stamp)
         for number, (case, *_rest) in enumerate(ids)],
    )  # fmt: skip
    house.many(
        "INSERT INTO cases_decision"
        " (id, at, outcome, layer, reason, decided_by, actor_kind, actor_id, facts, case_id)"
        " VALUES (%s,%s,'confirm','law',%s,'somebody','person','x','{}',%s)",
        [(decision, stamp, WORDS, case) for case, _found, decision, _item in ids],
    )
    house.many(
        "INSERT INTO cases_item (id, joined_at, joined_by, case_id, detection_id, decision_id)"
        " VALUES (%s,%s,'opened',%s,%s,%s)",
        [(item, stamp, case, found, decision) for case, found, decision, item in ids],
    )
    if house.database:
        house.sql("ANALYZE")  # a planner keeps samples of what it saw


def readable(older: Older) -> list[str]:
    """Where a canary stands, however it is written: in whatever page of the files, the log; on PostgreSQL dumps too."""
    house = older.house
    ground = Ground(house, house.folder, cluster=older.cluster)
    seeker = Seeker(["canary-", WORDS[-10:]])
    places: dict[Gather, int] = dict.fromkeys((database_files, after_checkpoint), DEPTH)
    if house.database:
        places = dict.fromkeys((dump_plain, dump_custom), DEPTH)
    if older.cluster:
        places[data_folder] = 0  # such rows are packed nowhere, and the files are large
    return [
        f"{where}: {hit.how}: {hit.text[:40]}"
        for place, depth in places.items()
        for where, data in place(ground)
        for hit in seeker.find(data, depth)
    ]


def killed_after(house: House, sealings: int) -> None:
    ask(house, "-c", KILLED, str(sealings), status=-signal.SIGKILL)


def test_a_home_of_a_thousand_cases_is_sealed_though_it_is_killed_on_the_way(older: Older) -> None:
    house = older.house
    before = readable(older)
    assert len(before) >= 10  # the search finds what is there
    if older.cluster:
        assert any("/base/" in one for one in before)
        assert any("/pg_wal/" in one for one in before)
    killed_after(house, random.randint(300, 1_700))  # two sealings for each row
    left = house.one(OPEN_IDS)
    assert 0 < left < CASES
    killed_after(house, 2 * left + random.randint(300, 1_700))
    assert house.one(OPEN_IDS) == 0
    assert 0 < house.one(OPEN_WORDS) < CASES

    house.krama("init")
    assert readable(older) == []
    assert ask(house, "-c", SAY) == f"{CASES} {CASES}"
    clocks = house.one("SELECT count(*) FROM compartments_compartment WHERE clock_from IS NOT NULL")
    assert clocks == 2 * CASES
    assert house.one("SELECT count(*) FROM compartments_compartment") == 2 * CASES
    sensitive = house.sql("SELECT severity, sensitivity, count(*) FROM cases_case GROUP BY 1, 2 ORDER BY 1")
    assert sensitive == [("critical", "restricted", CASES // 2), ("high", "normal", CASES // 2)]


# What the upgrade does at its end where this home's role may not.
SCRUB = (
    "import krama.cli.house as h; h.start_django()\n"
    "from importlib import import_module; from django.db import connection\n"
    "with connection.cursor() as cursor:\n"
    "    import_module('krama.server.cases.migrations.0005_scrub')._write_over_the_log(cursor)\n"
)


@pytest.fixture
def owner(empty_house: House) -> Iterator[str]:
    """The address of the empty database, for a role that owns it and may do nothing else."""
    if not empty_house.database:
        pytest.skip("PostgreSQL only")
    role = database_name()
    empty_house.sql(f"CREATE ROLE {role} LOGIN")
    empty_house.sql(f"ALTER DATABASE {empty_house.database} OWNER TO {role}")
    try:
        yield f"postgres://{role}@{url_of(empty_house.database).rpartition('@')[2]}"
    finally:
        empty_house.sql(f"REASSIGN OWNED BY {role} TO CURRENT_USER")
        empty_house.sql(f"DROP ROLE {role}")


def test_a_role_that_only_owns_its_database_makes_a_home_and_is_told_what_it_cannot_do(
    empty_house: House, owner: str
) -> None:
    empty_house.krama("init", KRAMA_DATABASE_URL=owner)
    environment = empty_house.environment | {"KRAMA_DATABASE_URL": owner}
    for own, told in ((environment, True), (empty_house.environment, False)):
        done = subprocess.run(
            [sys.executable, "-c", SCRUB], env=own, capture_output=True, text=True, timeout=300, check=False
        )
        assert (done.returncode, "write-ahead log may still hold" in done.stderr) == (0, told), done.stderr[-2000:]


def test_a_checkpoint_alone_leaves_it_in_the_log_and_writing_over_it_does_not(pytestconfig: pytest.Config) -> None:
    """Planted: what the upgrade did at first, and this search finds the rows in files kept for later use."""
    over = import_module("krama.server.cases.migrations.0005_scrub").OVER
    if not pytestconfig.getoption("--postgres"):
        pytest.skip("PostgreSQL only")
    with own_cluster() as cluster:
        if cluster is None:
            pytest.skip("needs PostgreSQL's own programs (initdb, pg_ctl) and a user it runs as")
        with psycopg.connect(cluster.url, autocommit=True) as server:
            server.execute("CREATE TABLE old AS SELECT 'canary-' || number FROM generate_series(1, 200000) number")
            server.execute("DROP TABLE old")
            for statements, found in ((["CHECKPOINT"], True), ([over, "CHECKPOINT", over], False)):
                for statement in statements:
                    server.execute(statement)
                log = (cluster.folder / "data" / "pg_wal").glob("0*")
                assert any(b"canary-" in path.read_bytes() for path in log) is found

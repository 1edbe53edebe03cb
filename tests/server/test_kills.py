# SPDX-License-Identifier: Apache-2.0
"""`kill -9` at any moment leaves the whole step or nothing, and the trail verifies afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

from krama.signals import current_version, open_snapshot
from tests.server.houses import House, wait_until
from tests.server.nursery import Nursery

pytestmark = pytest.mark.database
KILLS = 15

ENTRIES = "(SELECT count(*) FROM trail_entry WHERE event = %s)"
SCANS = f"SELECT (SELECT count(*) FROM detections_detection), {ENTRIES}, (SELECT sum(count) FROM detections_dailycount)"
COLLECTIONS = (
    "SELECT (SELECT count(*) FROM detections_detection WHERE collected_at IS NOT NULL), "
    "(SELECT count(*) FROM cases_item), "
    "(SELECT count(*) FROM trail_entry WHERE event IN ('case:opened', 'case:joined'))"
)
OPENINGS = f"SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM cases_openkey), {ENTRIES}"
DECISIONS = (
    "SELECT (SELECT count(*) FROM cases_decision), "
    "(SELECT count(*) FROM cases_case WHERE state = 'closed'), "
    "(SELECT count(*) FROM cases_item WHERE decision_id IS NOT NULL), "
    "(SELECT count(*) FROM cases_case) - (SELECT count(*) FROM cases_openkey), "
    f"{ENTRIES}, {ENTRIES}"
)
ORDERS = (
    "SELECT (SELECT count(*) FROM cases_decision WHERE carried_at IS NOT NULL), "
    f"(SELECT count(*) FROM measures_measure), (SELECT count(*) FROM outbox_task), {ENTRIES}"
)
RULES = (
    "SELECT (SELECT count(*) FROM cases_item WHERE carried_at IS NOT NULL), "
    f"(SELECT count(*) FROM measures_measure), (SELECT count(*) FROM outbox_task), {ENTRIES}"
)
PUBLICATIONS = f"SELECT (SELECT count(*) FROM lists_publication), {ENTRIES}"


def kill_often(
    nursery: Nursery, act: str, kills: int = KILLS, longest: float = 0.25, counts: str = "", **given: Any
) -> None:
    """Start the act anew and kill it outright, so often; the last kill waits until what it `counts` is not none."""
    for left in reversed(range(kills)):
        (pid,) = nursery.start((act, given))
        nursery.wait_begun(pid)
        time.sleep(0.01 + random.random() * longest)
        if counts and not left:
            wait_until(lambda: nursery.house.one(counts) > 0, f"{act} to end once")
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)  # what a killed process held is given back


def whole(house: House, question: str, *events: str) -> int:
    """All the counts are the same: no step was half done. Returns the count."""
    counts = house.sql(question, *events)[0]
    assert len({int(count or 0) for count in counts}) == 1, counts
    return int(counts[0])


def verifies(nursery: Nursery) -> None:
    """The rest gets its place, and the trail is as it was written."""
    nursery.run(("round_once", {}))
    assert "The trail is intact" in nursery.house.krama("trail", "verify").stdout


def test_a_killed_scan_leaves_detection_count_and_entry_or_nothing(nursery: Nursery) -> None:
    kill_often(nursery, "scan_always", counts="SELECT count(*) FROM detections_detection")
    assert whole(nursery.house, SCANS, "detection:left") > 0
    verifies(nursery)


def test_a_scan_without_its_transaction_is_seen_half_done(nursery: Nursery) -> None:
    """The planted fault: the same kills, with the transaction taken away."""
    with pytest.raises(AssertionError):
        for _ in range(8):
            kill_often(nursery, "scan_always", whole=False)
            whole(nursery.house, SCANS, "detection:left")


def test_a_killed_collection_leaves_case_item_keys_and_entries_or_nothing(nursery: Nursery) -> None:
    nursery.run(("scan_some", {"count": 90}))
    kill_often(nursery, "collect_always", counts="SELECT count(*) FROM cases_item")
    done = whole(nursery.house, COLLECTIONS)
    assert whole(nursery.house, OPENINGS, "case:opened") == done > 0
    nursery.run(("collect_all", {}))
    assert whole(nursery.house, COLLECTIONS) == 90
    verifies(nursery)


def test_a_killed_decision_leaves_everything_decided_or_nothing(nursery: Nursery) -> None:
    nursery.run(("scan_named", {"count": 90}))
    nursery.run(("collect_all", {}))
    kill_often(nursery, "decide_always", counts="SELECT count(*) FROM cases_decision")
    assert whole(nursery.house, DECISIONS, "case:decided", "case:closed") > 0
    kill_often(nursery, "order_always", counts="SELECT count(*) FROM measures_measure")
    assert whole(nursery.house, ORDERS, "measure:ordered") > 0
    verifies(nursery)


def test_a_killed_round_of_rules_leaves_measure_task_and_entry_or_nothing(nursery: Nursery) -> None:
    nursery.run(("scan_named", {"count": 120}))
    nursery.run(("collect_all", {}))
    kill_often(nursery, "withhold_always", kills=8, longest=0.1)
    whole(nursery.house, RULES, "measure:by-rule")
    (last,) = nursery.start(("withhold_always", {}))
    wait_until(lambda: nursery.house.one("SELECT count(*) FROM cases_item WHERE carried_at IS NULL") == 0, "all of it")
    os.kill(last, signal.SIGKILL)
    assert whole(nursery.house, RULES, "measure:by-rule") == 120
    verifies(nursery)


def test_a_killed_publication_leaves_a_snapshot_that_opens_and_the_loop_finishes_it(nursery: Nursery) -> None:
    kill_often(nursery, "publish_always", longest=0.06)
    snapshots = nursery.house.folder / "home" / "snapshots"
    open_snapshot(snapshots)
    whole(nursery.house, PUBLICATIONS, "list:published")
    nursery.run(("round_once", {}))
    latest = nursery.house.one("SELECT version FROM lists_publication ORDER BY at DESC LIMIT 1")
    assert current_version(snapshots) == latest
    open_snapshot(snapshots)
    verifies(nursery)


def test_a_killed_sequencer_gives_each_entry_one_place(nursery: Nursery) -> None:
    (scanner,) = nursery.start(("scan_always", {}))
    kill_often(nursery, "sequence_always", kills=10)
    os.kill(scanner, signal.SIGKILL)
    nursery.run(("round_once", {}))
    assert "The trail is intact" in nursery.house.krama("trail", "verify").stdout


def test_a_killed_job_loop_loses_nothing(nursery: Nursery) -> None:
    nursery.run(("scan_some", {"count": 60}))
    kill_often(nursery, "work_always", longest=0.05)
    nursery.run(("collect_all", {}))
    assert whole(nursery.house, COLLECTIONS) == 60
    verifies(nursery)

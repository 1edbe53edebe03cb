# SPDX-License-Identifier: Apache-2.0
"""One matter, one case: two processes scan the same content at one moment while two others collect."""

from __future__ import annotations

import pytest

from tests.server.houses import House, wait_until
from tests.server.nursery import Nursery

pytestmark = pytest.mark.database
ROUNDS = 50
DROP = "ALTER TABLE cases_openkey DROP CONSTRAINT one_open_case_a_key"


def race(nursery: Nursery, rounds: int, names: str = "content") -> None:
    """Two scanners meet at a barrier before each scan; two collectors never rest; until everything is collected."""
    nursery.start(("collect_always", {}))
    nursery.start(("collect_always", {}))
    scan = ("scan_together", {"rounds": rounds, "names": names})
    nursery.run(scan, scan)
    waiting = "SELECT count(*) FROM detections_detection WHERE collected_at IS NULL"
    wait_until(lambda: nursery.house.one(waiting) == 0, "everything is collected")


def sizes(house: House) -> list[int]:
    """How many items each open case has."""
    rows = house.sql(
        "SELECT count(*) FROM cases_item JOIN cases_case ON cases_case.id = cases_item.case_id "
        "WHERE state = 'open' GROUP BY cases_case.id"
    )
    return [count for (count,) in rows]


def test_fifty_races_leave_fifty_cases_with_two_detections_each(nursery: Nursery) -> None:
    race(nursery, ROUNDS)
    assert sizes(nursery.house) == [2] * ROUNDS
    assert nursery.house.one("SELECT count(*) FROM cases_case") == ROUNDS


def test_without_the_unique_key_one_content_opens_two_cases(nursery: Nursery) -> None:
    """The planted fault: what makes one case is the constraint, not luck."""
    if not nursery.house.database:
        pytest.skip("SQLite lets one writer in at a time, so that there is no race to lose")
    nursery.house.sql(DROP)
    race(nursery, ROUNDS)
    assert len(sizes(nursery.house)) > ROUNDS

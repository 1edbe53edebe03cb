# SPDX-License-Identifier: Apache-2.0
"""A sample of `make torture-queue`, and that the torture turns red when Krama gives away what somebody has."""

from __future__ import annotations

import pytest

from tests.torture.cluster import binaries
from tests.torture.intake import Ground, ground_on
from tests.torture.queue import Blind, Size, run
from tests.torture.queue_ledger import held_by_two, refused_to_its_holder

SAMPLE = Size(cases=60, kills=4, reviewers=12, processes=3, lease=6.0)


@pytest.mark.parametrize("postgres", [False, True], ids=["SQLite", "PostgreSQL"])
@pytest.mark.loopback
@pytest.mark.every
def test_nothing_is_decided_twice_held_by_two_or_stuck(postgres: bool) -> None:
    if postgres and not binaries():
        pytest.skip("PostgreSQL's initdb is not installed")
    with ground_on(postgres, "--demo") as ground:
        found = run(ground, SAMPLE)
    assert {name: count for name, count in found["faults"].items() if count} == {}
    assert found["counts"]["decisions"] == SAMPLE.cases
    assert sum(found["kills"].values()) > 1


@pytest.mark.loopback
@pytest.mark.every
def test_a_lease_given_to_whoever_asks_turns_it_red() -> None:
    with ground_on(False, "--demo", kind=Blind) as ground:
        assert isinstance(ground, Ground)
        found = run(ground, Size(cases=60, kills=0, reviewers=12, processes=3, lease=6.0))
    assert found["faults"]["held by two"] + found["faults"]["held by two, says the trail"] > 0


GOT = {"did": "got", "ref": "C-1", "asked": 0.0, "at": 1.0}


@pytest.mark.parametrize(
    ("second", "let", "faults"),
    [
        ({"asked": 2.0, "at": 3.0}, None, 1),  # asked after the first had it, answered while they had it
        ({"asked": 0.5, "at": 3.0}, None, 0),  # both asked at once: nobody can say who was first
        ({"asked": 2.0, "at": 7.0}, None, 0),  # answered when the lease may have run out
        ({"asked": 2.0, "at": 3.0}, 1.5, 0),  # the first had let go
        ({"asked": 2.0, "at": 3.0, "who": 1}, None, 0),  # the same person
    ],
)
def test_what_the_reviewers_saw_is_compared_strictly_and_fairly(
    second: dict[str, object], let: float | None, faults: int
) -> None:
    lines = [{**GOT, "who": 1}, {**GOT, "who": 2, **second}]
    lines += [{"did": "lets go", "ref": "C-1", "who": 1, "at": let}] if let else []
    assert held_by_two(lines, 6.0) == faults


def test_a_refusal_of_its_holder_is_seen() -> None:
    refused = {"did": "refused", "ref": "C-1", "who": 1, "why": "held"}
    assert refused_to_its_holder([{**GOT, "who": 1}, {**refused, "at": 2.0}], 6.0) == 1
    assert refused_to_its_holder([{**GOT, "who": 1}, {**refused, "at": 9.0}], 6.0) == 0
    assert refused_to_its_holder([{**GOT, "who": 1}, {**refused, "who": 2, "at": 2.0}], 6.0) == 0

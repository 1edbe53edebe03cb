# SPDX-License-Identifier: Apache-2.0
"""Several workers wake each person once; one that is killed loses no call; two who take it at once: one has it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.server.callout.ground import Channels, standing
from tests.server.nursery import Nursery
from tests.server.test_kills import kill_often, verifies, whole

pytestmark = pytest.mark.database
RAISED = (
    "SELECT (SELECT count(*) FROM callout_alarm), "
    "(SELECT count(*) FROM trail_entry WHERE event = 'alarm:raised'), "
    "(SELECT count(DISTINCT case_id) FROM callout_alarm)"
)
CALLED = (
    "SELECT (SELECT count(*) FROM callout_call), "
    "(SELECT count(*) FROM outbox_task WHERE kind = 'callout.call'), "
    "(SELECT count(*) FROM trail_entry WHERE event = 'alarm:called'), "
    "(SELECT count(*) FROM callout_alarm WHERE step = 1)"
)
COUNT = 25


@pytest.fixture
def outside() -> Iterator[Channels]:
    with standing() as found:
        yield found


def told(outside: Channels) -> Counter[str]:
    """How often each call arrived."""
    return Counter(json.loads(body)["data"]["id"] for _path, _headers, body in outside.webhook.got)


def test_two_workers_raise_each_once_and_call_each_once(nursery: Nursery, outside: Channels) -> None:
    nursery.run(("emergencies", {"count": COUNT, "url": outside.webhook.url}))
    nursery.run(("call_all", {}), ("call_all", {}))
    assert whole(nursery.house, RAISED) == COUNT
    assert whole(nursery.house, CALLED) == COUNT
    assert sorted(told(outside).values()) == [1] * COUNT


def test_a_killed_worker_leaves_alarm_call_task_and_entry_or_nothing_and_every_call_arrives(
    nursery: Nursery, outside: Channels
) -> None:
    nursery.run(("emergencies", {"count": COUNT, "url": outside.webhook.url}))
    kill_often(nursery, "call_always", longest=0.15)
    whole(nursery.house, RAISED)
    whole(nursery.house, CALLED)
    nursery.house.sql("UPDATE outbox_task SET leased_until = NULL")  # a minute goes by
    nursery.run(("call_all", {}))
    assert whole(nursery.house, RAISED) == COUNT
    assert whole(nursery.house, CALLED) == COUNT
    assert len(told(outside)) == COUNT, "none is lost; one at which the worker died may come twice"
    assert nursery.house.one("SELECT count(*) FROM callout_call WHERE state <> 'sent'") == 0
    verifies(nursery)


def test_two_people_take_it_at_one_moment_one_has_it_and_the_other_is_told_who(
    nursery: Nursery, outside: Channels
) -> None:
    nursery.run(("emergencies", {"count": 1, "url": outside.webhook.url}))
    nursery.run(("call_all", {}))
    both = nursery.run(("take_together", {"role": "officer"}), ("take_together", {"role": "lead"}))
    has = next(one for one in both if one.startswith("has it"))
    role = has.rpartition(" ")[2]
    assert sorted(both) == sorted([has, f"told: {role}"])
    assert nursery.house.one("SELECT count(*) FROM trail_entry WHERE event = 'alarm:taken'") == 1

# SPDX-License-Identifier: Apache-2.0
"""Workers as real processes: one dies with a task in its hands, and another does it when the lease has ended."""

from __future__ import annotations

import os
import signal

import pytest

from tests.server.nursery import Nursery

pytestmark = pytest.mark.database
IN_THE_PAST = "UPDATE outbox_task SET leased_until = created_at"


def test_a_task_whose_worker_was_killed_is_done_by_another(nursery: Nursery) -> None:
    house = nursery.house
    webhook = house.one("SELECT id FROM measures_webhook")
    nursery.run(("put_task", {"kind": "measures.deliver", "payload": nothing_to_send(str(webhook))}))
    (pid,) = nursery.start(("hold_lease", {}))
    nursery.wait_holding(pid)
    os.kill(pid, signal.SIGKILL)
    nursery.run(("round_once", {}))
    assert house.sql("SELECT state, attempts FROM outbox_task") == [("waiting", 1)]
    house.sql(IN_THE_PAST)
    nursery.run(("round_once", {}))
    assert house.sql("SELECT state, attempts FROM outbox_task") == [("done", 2)]


def test_two_workers_never_hold_the_same_task(nursery: Nursery) -> None:
    webhook = str(nursery.house.one("SELECT id FROM measures_webhook"))
    for _ in range(12):
        nursery.run(("put_task", {"kind": "measures.deliver", "payload": nothing_to_send(webhook)}))
    held = [task for tasks in nursery.run(*[("lease_all", {})] * 4) for task in tasks]
    assert len(held) == len(set(held)) == 12


def nothing_to_send(webhook: str) -> dict[str, str]:
    """An order whose measure is gone: the handler has nothing to do, which is well done."""
    return {"measure": "00000000-0000-4000-8000-000000000000", "webhook": webhook}

# SPDX-License-Identifier: Apache-2.0
"""The cases' part of the job loop."""

from __future__ import annotations

from datetime import timedelta

from krama.server.cases.actions.pause import end_overdue
from krama.server.cases.actions.playbook import begin_assigned
from krama.server.cases.actions.queue import sweep
from krama.server.cases.actions.sight import forget_gone
from krama.server.cases.alike import compare_waiting
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.tick import tick
from krama.server.cases.waves import watch
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects

DAY, HOUR, SECONDS = timedelta(days=1), timedelta(hours=1), timedelta(seconds=5)


@collects("cases.collect")
def collect_round() -> int:
    return collect() + collect_late()


@collects("cases.clocks", seldom=True)
def clock_round() -> int:
    return end_overdue() + tick() if take_turn("case-clocks", every=SECONDS) else 0


@collects("cases.alike")
def alike_round() -> int:
    return compare_waiting()


@collects("cases.sweep", seldom=True)
def sweep_round() -> int:
    return sweep() if take_turn("queue", every=HOUR) else 0


@collects("cases.forget", seldom=True)
def forget_round() -> int:
    return forget_gone() if take_turn("own-accounts", every=DAY) else 0


@collects("cases.playbooks", seldom=True)
def playbooks_round() -> int:
    return begin_assigned() if take_turn("playbooks", every=SECONDS) else 0


@collects("cases.waves", seldom=True)
def waves_round() -> int:
    return watch() if take_turn("waves", every=SECONDS) else 0

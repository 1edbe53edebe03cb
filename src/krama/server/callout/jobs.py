# SPDX-License-Identifier: Apache-2.0
"""The callout's part of the job loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from krama.server.callout.actions.call import CALL, attempt
from krama.server.callout.actions.go_on import go_on
from krama.server.callout.actions.raise_alarm import collect, end_over
from krama.server.callout.actions.tree import forget_gone
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects, handles

DAY = timedelta(days=1)


@collects("callout.alarms")
def alarm_round() -> int:
    return end_over() + collect() + go_on()


@collects("callout.forget", seldom=True)
def forget_round() -> int:
    return forget_gone() if take_turn("callout-addresses", every=DAY) else 0


@handles(CALL)
def call_task(payload: dict[str, Any]) -> None:
    attempt(payload["call"])

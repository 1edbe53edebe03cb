# SPDX-License-Identifier: Apache-2.0
"""The measures' part of the job loop."""

from __future__ import annotations

from typing import Any

from krama.server.measures import actions
from krama.server.outbox.registry import collects, handles


@collects("measures.order")
def order_round() -> int:
    return actions.order_next()


@handles(actions.DELIVER)
def deliver_task(payload: dict[str, Any]) -> None:
    from krama.server.measures.deliver import deliver  # an HTTP client is loaded by whoever calls, not by each command

    deliver(payload["measure"], payload["webhook"])

# SPDX-License-Identifier: Apache-2.0
"""The measures' part of the job loop."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from krama.errors import Refused
from krama.server.measures import actions, actions_order
from krama.server.measures.adapters import ADAPTERS, Answer, Asks, Order, Said
from krama.server.measures.kinds import State
from krama.server.measures.models import Measure
from krama.server.outbox.registry import collects, handles


@collects("measures.order")
def order_round() -> int:
    """Decisions first: what follows by rule was done already, and waits only to be confirmed."""
    return actions_order.order_next() + actions_order.withhold_next() + actions_order.release_held()


@collects("measures.check")
def check_round() -> int:
    return actions_order.ask_next()


@handles(actions_order.DELIVER)
def deliver_task(payload: dict[str, Any]) -> None:
    if _deliver(payload, "do") is Said.TAKEN:
        actions.note_delivered(UUID(payload["measure"]))


@handles(actions_order.CHECK)
def check_task(payload: dict[str, Any]) -> None:
    _deliver(payload, "check")


def _deliver(payload: dict[str, Any], asks: Asks) -> Said | None:
    """What the adapter says; None where nobody has to be told any more. Later and refused are for the outbox."""
    measure = Measure.objects.filter(pk=UUID(payload["measure"])).first()
    if measure is None or not _is_wanted(measure, asks):
        return None
    place = payload.get("place", payload.get("webhook", ""))  # tasks from before there were adapters name a webhook
    answer: Answer = ADAPTERS[payload.get("adapter", "webhook")].deliver(Order(measure.pk, place, asks))
    if answer.said is not Said.TAKEN:
        raise answer.problem or Refused("The adapter did not take it.")
    return answer.said


def _is_wanted(measure: Measure, asks: Asks) -> bool:
    if asks == "check":
        return measure.state == State.DONE and not measure.check_said and measure.check_asked_at is not None
    return measure.state not in (State.DONE, State.OVERTAKEN, State.HELD)

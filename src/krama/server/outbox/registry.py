# SPDX-License-Identifier: Apache-2.0
"""What the loop runs. Higher rooms register their jobs when they start; the loop knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]
Round = Callable[[], int]

HANDLERS: dict[str, Handler] = {}
ROUNDS: dict[str, Round] = {}
SELDOM: set[str] = set()  # rounds that may come some seconds late


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of one kind of task. It must be idempotent: it may run twice."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def collects(name: str, *, seldom: bool = False) -> Callable[[Round], Round]:
    """Register a round: it looks for rows to collect and returns how many it took. `seldom`: it may be seconds late."""

    def register(collect: Round) -> Round:
        ROUNDS[name] = collect
        if seldom:
            SELDOM.add(name)
        return collect

    return register

# SPDX-License-Identifier: Apache-2.0
"""Who can carry out a measure: one small interface, and the adapters there are.

An adapter is asked inside the outbox, so it may be asked twice for the same order and must do it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from django.utils.functional import Promise

from krama.errors import KramaError
from krama.server.measures.kinds import Kind

Asks = Literal["do", "check"]


class Said(StrEnum):
    """What the other side made of an order. Taken is not yet done: that it confirms by itself."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Order:
    """One measure for one place: to be done, or to be looked at again."""

    measure: UUID
    place: str
    asks: Asks = "do"


@dataclass(frozen=True)
class Answer:
    said: Said
    problem: KramaError | None = None


class Adapter(Protocol):
    """`places` names where an order of this kind goes now; none means that nobody is there."""

    name: str
    label: str | Promise
    kinds: frozenset[Kind]

    def places(self, kind: Kind) -> list[str]: ...

    def deliver(self, order: Order) -> Answer: ...


ADAPTERS: dict[str, Adapter] = {}


def register(adapter: Adapter) -> Adapter:
    ADAPTERS[adapter.name] = adapter
    return adapter

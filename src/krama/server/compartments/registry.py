# SPDX-License-Identifier: Apache-2.0
"""Which rooms have something in a compartment: each says so in its `erasure.py`; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from krama.server.compartments.models import Pseudonym

Gate = Callable[["Pseudonym", str], None]

ERASERS: dict[str, Callable[[UUID], int]] = {}
AT_THE_DOOR: dict[str, Callable[[], set[int]]] = {}
FATES: dict[str, Fate] = {}
OPENING: list[Gate] = []


class What(StrEnum):
    """What becomes of a table's rows when their compartment is destroyed."""

    KEPT = "kept"  # nothing in it can identify anybody
    REDACTED = "redacted"  # the row stays, what spoke of somebody is emptied
    DESTROYED = "destroyed"  # the row goes
    EXPIRES = "expires"  # goes by its own clock


@dataclass(frozen=True)
class Fate:
    """One table: what becomes of it, and why that is right."""

    what: What
    why: str
    sealed: tuple[str, ...] = ()  # its fields that only a compartment's key, or the door's, opens


def erases(room: str) -> Callable[[Callable[[UUID], int]], Callable[[UUID], int]]:
    """Register what empties a room's rows of one compartment. Idempotent; returns how many rows it touched."""

    def register(eraser: Callable[[UUID], int]) -> Callable[[UUID], int]:
        ERASERS[room] = eraser
        return eraser

    return register


def waits_at_door(room: str) -> Callable[[Callable[[], set[int]]], Callable[[], set[int]]]:
    """Register which versions of the door's key a room's rows still need."""

    def register(versions: Callable[[], set[int]]) -> Callable[[], set[int]]:
        AT_THE_DOOR[room] = versions
        return versions

    return register


def asked_before_opening(gate: Gate) -> Gate:
    """Register what may stand in the way of an opening: it gets pseudonym and purpose, and raises where it does."""
    if gate not in OPENING:
        OPENING.append(gate)
    return gate


def declare(fates: dict[str, Fate]) -> None:
    """Say the fate of a room's tables, by label."""
    FATES.update(fates)


def load() -> None:
    """Find the `erasure.py` of every room. A room below this one leaves plain values there, called `FATES`."""
    from django.apps import apps
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("erasure")
    for config in apps.get_app_configs():
        left = getattr(getattr(config.module, "erasure", None), "FATES", {})
        declare({label: Fate(What(what), why) for label, (what, why) in left.items()})

# SPDX-License-Identifier: Apache-2.0
"""What happens to each field of a data set: a tree of rules, by path. A field without a rule is never let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

ITEMS = "[]"


class Action(StrEnum):
    """What becomes of a value."""

    KEEP = "keep"
    DROP = "drop"  # the field itself goes
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    FIXED = "fixed"


class Spelling(StrEnum):
    """How a value is brought to one spelling before it is hashed; the rule names it."""

    EXACT = "exact"
    TEXT = "text"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"


class Coarse(StrEnum):
    """What a value is made coarser to."""

    YEAR = "year"
    AGE_BAND = "age-band"
    BAND = "band"
    GRID = "grid"
    NOTHING = "nothing"


Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Rule:
    """One field's rule; which of the parts are filled depends on the action."""

    path: str
    action: Action
    line: int
    kind: str = ""
    spelling: Spelling = Spelling.EXACT
    to: Coarse = Coarse.NOTHING
    on: date | None = None  # ages are those of this day: the library has no clock
    bands: tuple[Decimal, ...] = ()
    step: Decimal = Decimal(1)
    value: Scalar = None

    @property
    def takes_all(self) -> bool:
        """True where what lies below the field does not matter, since nothing of it is left."""
        emptied = self.action is Action.GENERALISE and self.to is Coarse.NOTHING
        return emptied or self.action in (Action.DROP, Action.FIXED)


@dataclass
class Node:
    """A place in the tree: a rule, or what lies below it by name, `[]` for the items of a list."""

    rule: Rule | None = None
    below: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """All rules of a file: as a tree for nested data, by name for flat data."""

    tree: Node
    flat: Mapping[str, Rule]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.flat.values())

    @property
    def need_key(self) -> bool:
        """Without a pseudonym no key is asked for."""
        return any(rule.action is Action.PSEUDONYM for rule in self)


def steps_of(path: str) -> tuple[str, ...]:
    r"""`contacts[].phone` is `contacts`, `[]`, `phone`; a dot in a name is written `\.`; empty when it is no path."""
    steps: list[str] = []
    for part in path.replace(r"\.", "\0").split("."):
        name, lists = part, 0
        while name.endswith(ITEMS):
            name, lists = name.removesuffix(ITEMS), lists + 1
        if not name:
            return ()
        steps += [name.replace("\0", "."), *[ITEMS] * lists]
    return tuple(steps)

# SPDX-License-Identifier: Apache-2.0
"""What triage reads and says: plain values, no picture, no name, no words of a child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from krama.text import Text

PRIORITIES = ("critical", "high", "medium", "low")  # gravest first
LANES = ("emergency", "fast", "ordinary")  # the first wakes somebody
# What may be known of a case, and which words it may be known in; "unknown" is always one, and never lowers anything.
AXES: Mapping[str, tuple[str, ...]] = {
    "kind": (
        "known-material",
        "like-known-material",
        "unreadable",
        "sexual-extortion",
        "grooming",
        "bullying",
        "seen-by-somebody",
        "something-else",
        "test",
        "unknown",
    ),
    # Industry Classification System (Tech Coalition): A is prepubescent, B pubescent; 1 is a sexual act, 2 is less.
    "act": ("A1", "A2", "B1", "B2", "unknown"),
    "immediacy": ("now", "going-on", "past", "unknown"),
    "age": ("under-13", "13-15", "16-17", "unknown"),
    "offender": ("family", "known", "stranger", "unknown"),
    "other": ("may-be-a-child", "adult", "unknown"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of one case. Each is a word of its axis; `spread` counts items of the same matter, from one on."""

    kind: str = "unknown"
    act: str = "unknown"
    immediacy: str = "unknown"
    age: str = "unknown"
    offender: str = "unknown"
    other: str = "unknown"
    spread: int = 1

    def __post_init__(self) -> None:
        for axis, known in AXES.items():
            if getattr(self, axis) not in known:
                raise ValueError(f"{axis} is one of {', '.join(known)}, not {getattr(self, axis)!r}")
        if self.spread < 1:
            raise ValueError("spread counts from one on")


@dataclass(frozen=True)
class Rule:
    """One rule: it fits when each axis that it names has one of its words, and there are enough items."""

    id: str
    text: Text  # why, in words that a reviewer reads
    when: Mapping[str, tuple[str, ...]]
    spread: int = 1  # at least so many items
    priority: str = ""  # of a rule that sorts
    lane: str = ""
    steps: int = 0  # of a rule that raises

    def fits(self, facts: Facts) -> bool:
        named = all(getattr(facts, axis) in words for axis, words in self.when.items())
        return named and facts.spread >= self.spread

    @property
    def is_last(self) -> bool:
        """It fits everything."""
        return not self.when and self.spread == 1


@dataclass(frozen=True)
class RuleFile:
    """`rules` in order: the first that fits sorts. Every one of `raises` that fits makes it graver."""

    version: int
    rules: tuple[Rule, ...]
    raises: tuple[Rule, ...]


@dataclass(frozen=True)
class Priority:
    """How urgent a case is, by which rules of which version, and why."""

    priority: str
    lane: str
    version: int
    rules: tuple[str, ...]  # the one that sorted first, then those that raised
    why: tuple[Text, ...]


assert {field.name for field in fields(Facts)} == {*AXES, "spread"}

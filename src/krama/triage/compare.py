# SPDX-License-Identifier: Apache-2.0
"""What a change of the rules would have done, before it does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from krama.triage.model import Facts, Priority, RuleFile
from krama.triage.sort import sort


@dataclass(frozen=True)
class Move:
    """One case that the new rules sort otherwise; `ref` is whatever the caller named it by."""

    ref: str
    before: Priority
    after: Priority


def compare(cases: Iterable[tuple[str, Facts]], old: RuleFile, new: RuleFile) -> list[Move]:
    """The cases whose priority or lane would be another one, in the order given."""
    moves = (Move(ref, sort(facts, old), sort(facts, new)) for ref, facts in cases)
    return [one for one in moves if _place(one.before) != _place(one.after)]


def _place(one: Priority) -> tuple[str, str]:
    return one.priority, one.lane

# SPDX-License-Identifier: Apache-2.0
"""Whether a rule file puts a child in danger first, whatever else is known. Every combination is tried."""

from __future__ import annotations

from itertools import product

from krama.triage.model import AXES, LANES, PRIORITIES, Facts, RuleFile
from krama.triage.sort import sort

NOW = "now"
HARMLESS = "test"  # nobody is harmed, whatever is said


def kinds_not_first(book: RuleFile) -> tuple[str, ...]:
    """The kinds of which a child in danger now might wait: not of the gravest priority, or waking nobody."""
    return tuple(kind for kind in AXES["kind"] if kind != HARMLESS and not _always_first(kind, book))


def _always_first(kind: str, book: RuleFile) -> bool:
    named = [axis for axis in AXES if axis not in ("kind", "immediacy")]
    spreads = {1, *(rule.spread for rule in (*book.rules, *book.raises))}  # between two of these nothing changes
    return all(
        _is_first(Facts(kind=kind, immediacy=NOW, spread=spread, **dict(zip(named, words, strict=True))), book)
        for words in product(*(AXES[axis] for axis in named))
        for spread in spreads
    )


def _is_first(facts: Facts, book: RuleFile) -> bool:
    found = sort(facts, book)
    return (found.priority, found.lane) == (PRIORITIES[0], LANES[0])

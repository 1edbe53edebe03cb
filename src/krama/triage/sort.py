# SPDX-License-Identifier: Apache-2.0
"""One case against one rule file. The same facts and the same version always say the same."""

from __future__ import annotations

from krama.triage.model import PRIORITIES, Facts, Priority, RuleFile


def sort(facts: Facts, book: RuleFile) -> Priority:
    """The first rule that fits says how urgent it is; each raise that fits makes it graver, never less grave.

    What is raised to the gravest priority leaves the ordinary lane, but only a rule sends to the emergency lane:
    waking somebody is never the sum of small things.
    """
    first = next(rule for rule in book.rules if rule.fits(facts))
    raised = tuple(rule for rule in book.raises if rule.fits(facts))
    step = max(0, PRIORITIES.index(first.priority) - sum(rule.steps for rule in raised))
    lane = "fast" if step == 0 and first.lane == "ordinary" else first.lane
    fitting = (first, *raised)
    return Priority(
        priority=PRIORITIES[step],
        lane=lane,
        version=book.version,
        rules=tuple(rule.id for rule in fitting),
        why=tuple(rule.text for rule in fitting),
    )

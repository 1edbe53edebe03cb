# SPDX-License-Identifier: Apache-2.0
"""Where a firm stands and what to do first: harm to children first, then effort; never the score.

An unanswered line is a gap: unknown is not met.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from krama.errors import BadInput
from krama.guidelines.applies import Profile, applicable
from krama.guidelines.model import Catalogue, Line

MET = 3  # "We do it every time, and can show it."
LEVELS = range(5)


@dataclass(frozen=True)
class Gap:
    """A line that applies and is not met; `level` is None when nobody has answered."""

    line: Line
    level: int | None


@dataclass(frozen=True)
class Tally:
    """How many lines apply, were answered, and are met."""

    applies: int
    answered: int
    met: int


def gaps(
    catalogue: Catalogue, profile: Profile, answers: Mapping[str, int], set_aside: Collection[str] = ()
) -> tuple[Gap, ...]:
    """What is not met, the worst for a child first, then the least effort, then the catalogue's order.

    `set_aside` names lines for which the firm has written down why they do not apply to it.
    """
    _check(answers)
    found = [
        Gap(line, answers.get(line.id))
        for line in applicable(catalogue, profile)
        if line.id not in set_aside and answers.get(line.id, 0) < MET
    ]
    return tuple(sorted(found, key=lambda gap: urgency(catalogue, gap.line)))


def urgency(catalogue: Catalogue, line: Line) -> tuple[int, int]:
    """The key gaps are ordered by: harm to a child, then effort."""
    return catalogue.words.rank("harms", line.harm), catalogue.words.rank("efforts", line.effort)


def first_things(catalogue: Catalogue, found: Collection[Gap], count: int = 3) -> tuple[Gap, ...]:
    """What to begin with today: what takes an hour before what takes longer, the worst for a child first in each.

    One of them is the sector's own, when there is such a gap within an hour.
    """
    words = catalogue.words
    order = sorted(found, key=lambda gap: tuple(reversed(urgency(catalogue, gap.line))))
    first = order[:count]
    hour = words.efforts[0].id
    own = next((gap for gap in order if len(gap.line.sectors) == 1 and gap.line.effort == hour), None)
    if own is not None and own not in first and count:
        first = [own, *first[: count - 1]]
    return tuple(first)


def next_step(catalogue: Catalogue, found: Collection[Gap], sector: str) -> Gap | None:
    """The first step that is particular to one sector."""
    own = [gap for gap in found if gap.line.sectors == (sector,)]
    return next(iter(first_things(catalogue, own, 1)), None)


def tally(catalogue: Catalogue, profile: Profile, answers: Mapping[str, int], pillar: str | None = None) -> Tally:
    """The count over all lines that apply, or over those of one pillar."""
    _check(answers)
    lines = [line for line in applicable(catalogue, profile) if pillar in (None, line.pillar)]
    levels = [answers[line.id] for line in lines if line.id in answers]
    return Tally(len(lines), len(levels), sum(level >= MET for level in levels))


def _check(answers: Mapping[str, int]) -> None:
    for id, level in answers.items():
        if level not in LEVELS:
            raise BadInput(f"The answer to {id} is {level!r}; a level from 0 to 4 was asked for.")

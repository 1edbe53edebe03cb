# SPDX-License-Identifier: Apache-2.0
"""The picture that a board understands: pillars, sectors, and what to do first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from krama.guidelines import Catalogue, Gap, Line, first_things, gaps, next_step
from krama.guidelines.scoring import MET
from krama.server.assessments.models import Answer
from krama.server.assessments.queries.catalogue import catalogue, firm, lines, profile_of


@dataclass(frozen=True)
class Standing:
    """How many lines apply, were answered and are met; those that were set aside with a reason stand apart."""

    id: str
    label: str
    applies: int
    answered: int
    met: int
    aside: int

    @property
    def met_share(self) -> int:
        """Percent of what applies that is met."""
        return 100 * self.met // self.applies if self.applies else 0

    @property
    def answered_share(self) -> int:
        """Percent of what applies that was answered, met or not."""
        return 100 * self.answered // self.applies if self.applies else 0


@dataclass(frozen=True)
class Step:
    """One thing to do, in words of one language."""

    id: str
    text: str
    why: str
    good: str
    effort: str
    within_an_hour: bool


@dataclass(frozen=True)
class SectorCard:
    """One of the firm's sectors, with the next step that is its own."""

    id: str
    label: str
    step: Step | None


def pillars(language: str) -> list[Standing]:
    """The count under each pillar."""
    held, answered, laid = catalogue(), levels(), aside()
    return [
        _count(word.id, word.text.in_(language), [line for line in lines() if line.pillar == word.id], answered, laid)
        for word in held.words.pillars
    ]


def found_gaps() -> tuple[Gap, ...]:
    """What applies and is not met, the worst for a child first."""
    row = firm()
    return gaps(catalogue(), profile_of(row), levels(), aside()) if row else ()


def first_steps(language: str) -> list[Step]:
    """The first three things."""
    held = catalogue()
    return [_step(held, gap, language) for gap in first_things(held, found_gaps())]


def sector_cards(language: str) -> list[SectorCard]:
    """Each sector of the firm with its own next step."""
    held, found, row = catalogue(), found_gaps(), firm()
    steps = {sector.id: next_step(held, found, sector.id) for sector in held.words.sectors}
    return [
        SectorCard(sector.id, sector.text.in_(language), _step(held, gap, language) if gap else None)
        for sector in held.words.sectors
        if row is not None and sector.id in row.sectors
        for gap in [steps[sector.id]]
    ]


def levels() -> dict[str, int]:
    """What was answered, line by line."""
    found = Answer.objects.exclude(level=None).values_list("line_id", "level")
    return {line_id: level for line_id, level in found if level is not None}


def aside() -> set[str]:
    """The lines that the firm set aside with a reason."""
    return set(Answer.objects.filter(set_aside=True).values_list("line_id", flat=True))


def _count(id: str, label: str, found: Iterable[Line], levels: Mapping[str, int], aside: Collection[str]) -> Standing:
    ids = [line.id for line in found]
    kept = [id for id in ids if id not in aside]
    answers = [levels[id] for id in kept if id in levels]
    return Standing(id, label, len(kept), len(answers), sum(level >= MET for level in answers), len(ids) - len(kept))


def _step(held: Catalogue, gap: Gap, language: str) -> Step:
    line, efforts = gap.line, held.words.efforts
    return Step(
        line.id,
        line.text.in_(language),
        line.why.in_(language),
        line.good.in_(language),
        held.words.text("efforts", line.effort).in_(language),
        line.effort == efforts[0].id,
    )

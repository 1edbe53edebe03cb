# SPDX-License-Identifier: Apache-2.0
"""Reading editions, and what changed from one to another, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from krama.errors import NotFound
from krama.guidelines import shipped
from krama.guidelines.scoring import MET
from krama.server.assessments.models import Edition
from krama.server.assessments.queries.catalogue import catalogue

# What happened to a line from one edition to the next; the worst news first.
CHANGES = ("worse", "new", "better", "same", "gone")


@dataclass(frozen=True)
class Count:
    """How many lines of an edition are in each state, over all or under one pillar."""

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
class Compared:
    """One line in two editions; a level is None when nobody had answered, or it was not there."""

    id: str
    text: str
    change: str
    before: int | None
    after: int | None


def editions() -> list[Edition]:
    """All of them, the newest first; without what they hold."""
    return list(Edition.objects.order_by("-number").defer("body").select_related("submitted_by", "decided_by"))


def edition_of(number: int) -> Edition:
    """One edition; `NotFound` when there is none of that number."""
    row = Edition.objects.select_related("submitted_by", "decided_by").filter(number=number).first()
    if row is None:
        raise NotFound(f"There is no edition {number}.")
    return row


def pillars(body: Mapping[str, Any], language: str) -> list[Count]:
    """The counts under each pillar, as the edition holds them."""
    return [
        count(word.text.in_(language), [line for line in body["lines"] if line["pillar"] == word.id])
        for word in catalogue().words.pillars
    ]


def count(label: str, lines: list[Mapping[str, Any]]) -> Count:
    """The counts over some lines of an edition."""
    kept = [line for line in lines if not line["set_aside"]]
    levels = [line["level"] for line in kept if line["level"] is not None]
    met = sum(level >= MET for level in levels)
    return Count(label, len(kept), len(levels), met, len(lines) - len(kept))


def by_area(body: Mapping[str, Any], language: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The lines of an edition under their pillars, with their words in one language."""
    return [
        (word.text.in_(language), [_in(line, language) for line in body["lines"] if line["pillar"] == word.id])
        for word in catalogue().words.pillars
    ]


def compared(before: Mapping[str, Any], after: Mapping[str, Any], language: str) -> list[Compared]:
    """Every line of either edition, what became worse first."""
    old = {line["id"]: line for line in before["lines"]}
    new = {line["id"]: line for line in after["lines"]}
    found = [_compared(old.get(id), new.get(id), language) for id in dict.fromkeys((*new, *old))]
    return sorted(found, key=lambda one: CHANGES.index(one.change))


def _compared(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, language: str) -> Compared:
    line = new or old
    assert line is not None
    before, after = old["level"] if old else None, new["level"] if new else None
    if new is None:
        change = "gone"
    elif old is None:
        change = "new"
    else:
        rank = (-1 if after is None else after) - (-1 if before is None else before)
        change = "better" if rank > 0 else "worse" if rank < 0 else "same"
    return Compared(line["id"], line["text"][language], change, before, after)


def _in(line: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    level = line["level"]
    said = "" if level is None else (catalogue().words.scale or shipped().words.scale)[level].text.in_(language)
    return {**line, "text": line["text"][language], "level_said": said}

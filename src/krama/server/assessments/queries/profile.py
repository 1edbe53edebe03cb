# SPDX-License-Identifier: Apache-2.0
"""Reading what the firm was and is, and what a change of it brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from krama.guidelines import Catalogue, Difference, Profile, Ruling, difference, rulings
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries.catalogue import catalogue, firm, profile_of


def history() -> list[FirmProfile]:
    """Every profile, the latest first."""
    return list(FirmProfile.objects.order_by("-number").select_related("made_by"))


def between(before: FirmProfile, after: FirmProfile) -> Difference:
    """What came and went between two saved profiles, by the catalogue in force."""
    return difference(catalogue(), profile_of(before), profile_of(after))


def change_to(after: Profile) -> Difference | None:
    """What a profile that is not saved yet would bring; nothing to compare when it is the first."""
    row = firm()
    return difference(catalogue(), profile_of(row), after) if row else None


def rulings_now() -> tuple[Ruling, ...]:
    """Every line with its ruling for this firm; nothing before it has a profile."""
    row = firm()
    return rulings(catalogue(), profile_of(row)) if row else ()


@dataclass(frozen=True)
class Ruled:
    """A line with its ruling, in words of one language."""

    id: str
    text: str
    reasons: tuple[str, ...]
    effort: str
    standing: str


def applying(held: Catalogue, profile: Profile) -> list[Ruling]:
    """The rulings of a profile that need not be saved, where they say yes."""
    return [ruling for ruling in rulings(held, profile) if ruling.applies]


def by_area(held: Catalogue, found: Iterable[Ruling], language: str) -> list[tuple[str, list[Ruled]]]:
    """Rulings under the words of their area, in the catalogue's order; no area without a line."""
    groups: dict[str, list[Ruled]] = {}
    for ruling in found:
        groups.setdefault(ruling.line.area, []).append(_ruled(held, ruling, language))
    return [(area.text.in_(language), groups[area.id]) for area in held.words.areas if area.id in groups]


def pillars(held: Catalogue, language: str, chosen: str) -> list[dict[str, object]]:
    """The pillars to choose from, and which is chosen."""
    return [
        {"id": pillar.id, "label": pillar.text.in_(language), "current": pillar.id == chosen}
        for pillar in held.words.pillars
    ]


def counts(held: Catalogue, profile: Profile, language: str) -> dict[str, Any]:
    """How many lines apply: in all, within an hour, and under each pillar."""
    lines = [ruling.line for ruling in applying(held, profile)]
    quickest = held.words.efforts[0].id
    return {
        "applies": len(lines),
        "all": len(held.lines),
        "hour": sum(line.effort == quickest for line in lines),
        "krama": sum(line.who != "firm" for line in lines),
        "pillars": [
            (pillar.text.in_(language), sum(line.pillar == pillar.id for line in lines))
            for pillar in held.words.pillars
        ],
    }


def changes(held: Catalogue, change: Difference, language: str) -> dict[str, list[Ruled]]:
    """A difference in words, line by line."""
    return {
        name: [_ruled(held, ruling, language) for ruling in getattr(change, name)]
        for name in ("added", "dropped", "again")
    }


def facts(held: Catalogue, row: FirmProfile, language: str) -> list[tuple[str, list[str]]]:
    """What the firm said of itself, each group of words in one language."""
    given = {
        "sectors": row.sectors,
        "features": row.features,
        "users": row.users,
        "sizes": [row.size],
        "languages": row.languages,
    }
    return [
        (group, [word.text.in_(language) for word in getattr(held.words, group) if word.id in ids])
        for group, ids in given.items()
    ]


def _ruled(held: Catalogue, ruling: Ruling, language: str) -> Ruled:
    line, words = ruling.line, held.words
    return Ruled(
        line.id,
        line.text.in_(language),
        tuple(reason.said(held, language) for reason in ruling.reasons),
        words.text("efforts", line.effort).in_(language),
        words.text("standings", line.standing).in_(language),
    )

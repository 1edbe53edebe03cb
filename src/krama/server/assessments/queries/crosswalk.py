# SPDX-License-Identifier: Apache-2.0
"""What others ask, beside each requirement; and what Cambodian law says, which is context and never policy."""

from __future__ import annotations

from dataclasses import dataclass

from krama.guidelines import Catalogue, Line, Reference, law_context
from krama.guidelines.load import source_of
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.countries.queries import pack
from krama.server.web.wording import corrected

BODIES = ("DSA", "OF", "AU")  # those with a column of their own; all others stand below the requirement


@dataclass(frozen=True)
class Asked:
    """What one body asks, in our words; `standing` is read, known, verified, model, own or pending."""

    text: str
    standing: str
    body: str = ""
    code: str = ""


@dataclass(frozen=True)
class Row:
    """One requirement, and what stands beside it."""

    id: str
    text: str
    cambodia: Asked
    itu: Asked | None
    bodies: tuple[tuple[Asked, ...], ...]  # in the order of BODIES
    others: tuple[Asked, ...]


@dataclass(frozen=True)
class Said:
    """One thing the law says, with the requirements that a lawyer reads beside it."""

    text: str
    article: str
    source: str
    standing: str
    touches: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LawShown:
    """A law of the country, its state and what it says as far as sources tell."""

    id: str
    name: str
    status: str
    year: int
    source: str
    standing: str
    says: tuple[Said, ...]


def rows(language: str, sector: str = "", pillar: str = "") -> list[Row]:
    """One row a requirement, in the catalogue's order."""
    held = catalogue()
    return [
        _row(held, line, language)
        for line in held.lines
        if sector in ("", *line.sectors) and pillar in ("", line.pillar)
    ]


def laws(language: str) -> list[LawShown]:
    """Every law of the country's facts; what nobody says of it stays empty."""
    held, said = catalogue(), corrected(law_context())
    return [
        LawShown(
            law.id,
            law.text.in_(language),
            law.status,
            law.year,
            law.source,
            law.standing,
            tuple(
                Said(
                    one.text.in_(language),
                    one.article.replace(" and ", ", "),  # numbers only: it stands in both languages
                    one.source,
                    one.standing,
                    tuple((line.id, line.text.in_(language)) for id in one.touches if (line := held.line(id))),
                )
                for one in said
                if one.law == law.id
            ),
        )
        for law in pack().laws
    ]


def _row(held: Catalogue, line: Line, language: str) -> Row:
    pillar = held.words.text("pillars", line.pillar).in_(language)
    itu = Asked("", line.standing, code=line.source) if source_of(line.source) == "ITU" else None
    # The pillar itself is verified; that a line belongs under it is our reading, and only its own text makes it more.
    cambodia = Asked(pillar, "own" if line.standing == "model" else line.standing, code=line.source if not itu else "")
    found = [held.reference(name) for name in line.references]
    own = tuple(tuple(_asked(held, one, language) for one in found if one.body == body) for body in BODIES)
    others = tuple(_asked(held, one, language) for one in found if one.body not in BODIES)
    return Row(line.id, line.text.in_(language), cambodia, itu, own, others)


def _asked(held: Catalogue, reference: Reference, language: str) -> Asked:
    body = next(body.text for body in held.bodies if body.id == reference.body)
    return Asked(reference.text.in_(language), reference.standing, body.in_(language), reference.id)

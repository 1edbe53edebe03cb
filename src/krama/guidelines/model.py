# SPDX-License-Identifier: Apache-2.0
"""The words of the catalogue as plain frozen values. Nothing here reads a file or knows a firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from krama.text import Text


@dataclass(frozen=True)
class Word:
    """A name the lines are sorted by, such as a pillar or an effort; its place in the list is its rank."""

    id: str
    text: Text


@dataclass(frozen=True)
class Sector(Word):
    """One of the six sectors, with the features a firm of it usually has."""

    features: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """Something that shows a line met: seen live, a file, a link, or a person's word."""

    id: str
    kind: str
    text: Text


@dataclass(frozen=True)
class Source:
    """A document the lines come from, and whether it was read or is general knowledge."""

    id: str
    standing: str
    title: Text


@dataclass(frozen=True)
class Body:
    """Who issued a benchmark."""

    id: str
    text: Text


@dataclass(frozen=True)
class Reference:
    """What another body asks, in our own words: `read` in a source, or general knowledge (`known`)."""

    id: str
    body: str
    standing: str
    text: Text


@dataclass(frozen=True)
class Line:
    """One thing a firm must do."""

    id: str
    source: str
    standing: str
    area: str
    pillar: str
    sectors: tuple[str, ...]
    harm: str
    effort: str
    who: str
    proof: tuple[str, ...]
    references: tuple[str, ...]
    text: Text
    why: Text
    good: Text
    features: tuple[str, ...] = ()  # any of them; none: always
    users: tuple[str, ...] = ()  # any of them; none: everybody
    from_size: str = ""  # the smallest firm it is asked of
    each_language: bool = False  # to be done again in each language the firm serves in
    replaces: tuple[str, ...] = ()  # lines of an earlier catalogue whose place it takes, and whose answers it keeps


@dataclass(frozen=True)
class Words:
    """Every group of words, in its order."""

    pillars: tuple[Word, ...]
    areas: tuple[Word, ...]
    sectors: tuple[Sector, ...]
    features: tuple[Word, ...]
    users: tuple[Word, ...]
    sizes: tuple[Word, ...]
    languages: tuple[Word, ...]
    harms: tuple[Word, ...]
    efforts: tuple[Word, ...]
    whos: tuple[Word, ...]
    standings: tuple[Word, ...]
    proof_kinds: tuple[Word, ...]
    scale: tuple[Word, ...]

    def text(self, group: str, id: str) -> Text:
        """The text of one word of a group."""
        words: tuple[Word, ...] = getattr(self, group)
        return next(word.text for word in words if word.id == id)

    def rank(self, group: str, id: str) -> int:
        """The place of a word in its group; for harms 0 is the worst, for efforts 0 the least."""
        words: tuple[Word, ...] = getattr(self, group)
        return next(place for place, word in enumerate(words) if word.id == id)


@dataclass(frozen=True)
class Catalogue:
    """All lines of one version, with the words, proofs and references they name."""

    id: str
    version: int
    published: date
    country: str
    khmer: str
    title: Text
    about: Text
    words: Words
    sources: tuple[Source, ...]
    proofs: tuple[Proof, ...]
    bodies: tuple[Body, ...]
    references: tuple[Reference, ...]
    lines: tuple[Line, ...]

    def line(self, id: str) -> Line | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == id), None)

    def proof(self, id: str) -> Proof:
        """The proof of that id; the loader made sure that a line names only known ones."""
        return next(proof for proof in self.proofs if proof.id == id)

    def reference(self, id: str) -> Reference:
        """The reference of that id."""
        return next(reference for reference in self.references if reference.id == id)

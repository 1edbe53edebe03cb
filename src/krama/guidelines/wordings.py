# SPDX-License-Identifier: Apache-2.0
"""Every text of the library with its place, and whether a child or a family reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from krama.countries import Pack
from krama.guidelines.law import law_context
from krama.guidelines.model import Catalogue
from krama.guidelines.packs import SectorPack, packs
from krama.guidelines.policy_texts import KINDS, paper_text
from krama.text import Wording, texts_in, texts_of_code

PACKAGE = Path(__file__).parent.parent
SOURCES = ("policy", "packs", "country", "catalogue", "law", "code")
# Papers, and readers of letters, of which a child or a family is one.
CHILD_PAPERS = ("house-rules", "terms", "letter.subscribers", "letter.customers")
CHILD_LETTERS = ("child", "parents", "person-filmed", "subscriber", "complainant", "school")
CHILD_FACTS = ("contacts", "channels")


@dataclass(frozen=True)
class Told:
    """One text; `child` when a child or a family reads it."""

    source: str
    wording: Wording
    child: bool


def wordings(catalogue: Catalogue, country: Pack) -> tuple[Told, ...]:
    """All of them, what people outside the firm read first; each place stands once."""
    return (
        *_policy(),
        *(told for pack in packs() for told in _pack(pack)),
        *_country(country),
        *_told("catalogue", texts_in(catalogue, "catalogue:")),
        *_told("law", texts_in(law_context(), "law:")),
        *_code(),
    )


def _policy() -> Iterator[Told]:
    for kind in KINDS:
        yield from _told("policy", texts_in(paper_text(kind), f"policy: {kind}"), child=kind in CHILD_PAPERS)


def _pack(pack: SectorPack) -> Iterator[Told]:
    place = f"packs: {pack.sector}"
    yield from _told("packs", texts_in(pack.opening, f"{place} opening"))
    for clause in pack.clauses:
        yield from _told("packs", texts_in(clause, f"{place} clause {clause.id}"), child=clause.into in CHILD_PAPERS)
    for playbook in pack.playbooks:
        yield from _told("packs", texts_in(playbook, f"{place} playbook {playbook.id}"))
    for letter in pack.letters:
        yield from _told("packs", texts_in(letter, f"{place} letter {letter.id}"), child=letter.to in CHILD_LETTERS)


def _country(country: Pack) -> Iterator[Told]:
    for field in fields(country):
        found = texts_in(getattr(country, field.name), f"country: {field.name}")
        yield from _told("country", found, child=field.name in CHILD_FACTS)


@cache
def _code() -> tuple[Told, ...]:
    return tuple(_told("code", texts_of_code(PACKAGE)))


def _told(source: str, found: Iterable[Wording], *, child: bool = False) -> Iterator[Told]:
    return (Told(source, wording, child) for wording in found)

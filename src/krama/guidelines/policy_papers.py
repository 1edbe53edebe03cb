# SPDX-License-Identifier: Apache-2.0
"""A firm's papers, written from its profile: the general text, what its sectors add, its name and its contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from krama.countries import Pack
from krama.errors import BadInput, NotFound
from krama.guidelines.applies import Profile
from krama.guidelines.packs import Letter, SectorPack
from krama.guidelines.policy_texts import KINDS, PaperText, Part, paper_text
from krama.paper import Block, Document, Heading, Items, Note, Paragraph
from krama.text import Text

PLACE = re.compile(r"\{([^{}]*)\}")
LANGUAGES = ("en", "km")
SIGNED = tuple(kind for kind in KINDS if paper_text(kind).signed)
UNREVIEWED = Text("The Khmer text awaits native review.", "អត្ថបទភាសាខ្មែរនេះកំពុងរង់ចាំអ្នកប្រើភាសាខ្មែរពីកំណើតពិនិត្យ។")


def write_paper(
    kind: str,
    profile: Profile,
    firm: Text,
    contacts: Mapping[str, Text],
    packs: Iterable[SectorPack],
    *,
    general: PaperText | None = None,
    reviewed: bool = False,
) -> dict[str, Document]:
    """The paper in both languages; `packs` are those of the profile's sectors, `general` the text to begin with.

    Unless `reviewed`, the Khmer says of itself that it awaits a native reader.
    """
    chosen = tuple(packs)
    if letter := _letter(kind, chosen):
        title, parts = letter.title, [("paragraph", text) for text in letter.body]
    else:
        general = general or paper_text(kind)
        title, parts = general.title, list(_said(general, profile, chosen))
    return {
        language: Document(
            title=title.in_(language),
            language=language,
            blocks=(*_notes(language, reviewed), *_blocks(parts, language, firm, contacts)),
            subtitle=firm.in_(language),
        )
        for language in LANGUAGES
    }


def kinds_for(packs: Iterable[SectorPack]) -> tuple[tuple[str, Text], ...]:
    """Every paper this firm can have, with its title: the general ones, then the letters of its sectors."""
    general = [(kind, paper_text(kind).title) for kind in KINDS]
    return (*general, *((f"letter.{letter.id}", letter.title) for pack in packs for letter in pack.letters))


def contact_texts(pack: Pack) -> dict[str, Text]:
    """Each contact that can be reached: its name, and its number or its page."""
    found = {}
    for contact in pack.contacts:
        if contact.reachable:
            way = ", ".join(contact.phones) or contact.email or contact.web
            found[contact.id] = Text(f"{contact.text.en}, {way}", f"{contact.text.km} {way}")
    return found


def _letter(kind: str, packs: Iterable[SectorPack]) -> Letter | None:
    letters = (pack.letter(kind.removeprefix("letter.")) for pack in packs)
    found = next((letter for letter in letters if letter), None)
    if found is None and kind not in KINDS:
        raise NotFound(f"There is no paper {kind!r} for this firm.")
    return found if kind not in KINDS else None


def _said(general: PaperText, profile: Profile, packs: Iterable[SectorPack]) -> Iterator[tuple[str, Text]]:
    yield from ((part.shape, part.text) for part in general.parts if _stands(part, profile))
    for clause in (clause for pack in packs for clause in pack.clauses if clause.into == general.id):
        yield "heading", clause.title
        yield "paragraph", clause.text


def _stands(part: Part, profile: Profile) -> bool:
    asked = ((part.sectors, profile.sectors), (part.features, profile.features), (part.users, profile.users))
    return all(not names or not had.isdisjoint(names) for names, had in asked)


def _notes(language: str, reviewed: bool) -> tuple[Note, ...]:
    return (Note(UNREVIEWED.in_("km")),) if language == "km" and not reviewed else ()


def _blocks(
    parts: Iterable[tuple[str, Text]], language: str, firm: Text, contacts: Mapping[str, Text]
) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for shape, group in groupby(parts, key=lambda part: part[0]):
        texts = [_filled(text, language, firm, contacts) for _shape, text in group]
        blocks += [Items(tuple(texts))] if shape == "item" else [_one(shape, text) for text in texts]
    return tuple(blocks)


def _one(shape: str, text: str) -> Block:
    if shape == "heading":
        return Heading(text)
    return Note(text) if shape == "note" else Paragraph(text)


def _filled(text: Text, language: str, firm: Text, contacts: Mapping[str, Text]) -> str:
    """The text with the firm's name and the contacts in it; what a name holds is never filled in again."""

    def put(place: re.Match[str]) -> str:
        name = place[1]
        value = firm if name == "firm" else contacts.get(name.removeprefix("contact:"))
        if value is None:
            raise BadInput(f"Nothing is known to write for {{{name}}}; add that contact to the country's settings.")
        return value.in_(language)

    return PLACE.sub(put, text.in_(language))

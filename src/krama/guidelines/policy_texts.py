# SPDX-License-Identifier: Apache-2.0
"""The policy papers' texts from their YAML files; a fault names file, entry and field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from krama.errors import NotFound
from krama.guidelines.load import shipped
from krama.guidelines.model import Word
from krama.text import Entry, Text, read_document

FOLDER = Path(__file__).parent / "policy"
SHAPES = ("heading", "paragraph", "item", "note")
KINDS = ("policy", "house-rules", "conduct", "terms", "letter.subscribers", "letter.customers")


@dataclass(frozen=True)
class Part:
    """One part; it stands in the paper when the firm has one of each of the words that it names."""

    id: str
    shape: str
    text: Text
    sectors: tuple[str, ...]
    features: tuple[str, ...]
    users: tuple[str, ...]


@dataclass(frozen=True)
class PaperText:
    """One paper's text; `signed` when the people of the units sign it."""

    id: str
    title: Text
    signed: bool
    parts: tuple[Part, ...]


@cache
def paper_text(kind: str) -> PaperText:
    """The text that comes with Krama; `NotFound` when there is no such paper."""
    if kind not in KINDS:
        raise NotFound(f"There is no paper {kind!r}; use one of {', '.join(KINDS)}.")
    return load_paper(FOLDER / f"{kind}.yaml")


def load_paper(path: Path) -> PaperText:
    """The text of one file; `BadEntry` names file, entry, field and what to do."""
    document = read_document(path)
    (head,) = document.listed("paper")
    head.allow("id", "khmer", "signed", "title")
    head.word("khmer")
    id = head.one_of("id", (path.stem,))
    parts = tuple(_part(entry) for entry in document.listed("parts"))
    return PaperText(id, head.text("title"), head.flag("signed"), parts)


def _part(entry: Entry) -> Part:
    words = shipped().words
    entry.allow("id", "as", "en", "km", "sectors", "features", "users")
    return Part(
        id=entry.id,
        shape=entry.one_of("as", SHAPES, default="paragraph"),
        text=entry.said(),
        sectors=entry.words("sectors", _ids(words.sectors)),
        features=entry.words("features", _ids(words.features)),
        users=entry.words("users", _ids(words.users)),
    )


def _ids(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.id for word in words)

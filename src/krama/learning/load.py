# SPDX-License-Identifier: Apache-2.0
"""Lessons from their YAML files; what nobody has read never passes for read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from krama.errors import NotFound
from krama.text import Entry, Text, read_document

FOLDER = Path(__file__).parent / "texts"
ORDER = ("threat", "bullying", "approach", "private", "tell", "parents", "teachers", "next")
READERS = ("child", "parent", "teacher")
SHAPES = ("say", "heading", "do", "not")


@dataclass(frozen=True)
class Line:
    """One line; `shape`: something said, a heading, something to do, something not to do."""

    id: str
    shape: str
    text: Text


@dataclass(frozen=True)
class Lesson:
    """`reviewer` and `reviewed_on` are None until a person of child protection, a native reader, has read the Khmer."""

    id: str
    title: Text
    reader: str
    reviewer: str | None
    reviewed_on: date | None
    source: str
    lines: tuple[Line, ...]


@cache
def lessons() -> tuple[Lesson, ...]:
    """All that come with Krama, in the order in which a child looks for them."""
    return tuple(load_lesson(FOLDER / f"{id}.yaml") for id in ORDER)


def lesson(id: str) -> Lesson:
    """One of them; `NotFound` when there is none of that name."""
    found = next((one for one in lessons() if one.id == id), None)
    if found is None:
        raise NotFound(f"There is no lesson {id!r}; use one of {', '.join(ORDER)}.")
    return found


def load_lesson(path: Path) -> Lesson:
    """The lesson of one file; `BadEntry` names file, entry, field and what to do."""
    document = read_document(path)
    (head,) = document.listed("lesson")
    head.allow("id", "title", "reader", "reviewer", "reviewed_on", "source")
    for field in ("reviewer", "reviewed_on"):
        if field not in head.values:
            raise head.fault(field, "is missing; write who read it, or null")
    reviewer = head.word("reviewer") if head.values["reviewer"] is not None else None
    reviewed_on = head.day("reviewed_on") if head.values["reviewed_on"] is not None else None
    if (reviewer is None) != (reviewed_on is None):
        raise head.fault("reviewed_on", "stands exactly when `reviewer` does; change one of them")
    return Lesson(
        id=head.one_of("id", (path.stem,)),
        title=head.text("title"),
        reader=head.one_of("reader", READERS),
        reviewer=reviewer,
        reviewed_on=reviewed_on,
        source=head.word("source"),
        lines=tuple(_line(entry) for entry in document.listed("lines")),
    )


def _line(entry: Entry) -> Line:
    entry.allow("id", "as", "en", "km")
    return Line(entry.id, entry.one_of("as", SHAPES, default="say"), entry.said())

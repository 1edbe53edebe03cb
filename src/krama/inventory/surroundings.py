# SPDX-License-Identifier: Apache-2.0
"""What stands around a field: of whom its table speaks, and of what kind its column is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from krama.inventory.rulebook import Rulebook
from krama.inventory.spelling import is_khmer, pieces, skeleton
from krama.text import khmer_fold

KINDS = (
    ("bool", re.compile(r"bool|tinyint\s*\(1\)|^bit(\(1\))?$")),
    ("date", re.compile(r"^date|timestamp|^time\b|\((date|date-time|time)\)")),
    ("bytes", re.compile(r"blob|bytea|binary|image|\(byte\)")),
    ("int", re.compile(r"^(u?(tiny|small|medium|big)?int|serial|bigserial|int\d|uint|integer|year)")),
    ("float", re.compile(r"float|double|decimal|numeric|real|number")),
)

OTHERS = "other fields beside it"


@dataclass(frozen=True)
class Place:
    """`word` is the word that decided. A place of staff or things is not one of people."""

    head: str = ""
    word: str = ""
    children: bool = False
    people: bool = False
    staff: bool = False
    thing: bool = False
    family: bool = False

    def of_people(self) -> Place:
        """The same place, when its other fields have told that its rows are people."""
        return self if self.people else replace(self, word=self.word or OTHERS, people=True, thing=False)

    def is_one_of(self, tables: frozenset[str]) -> bool:
        """Is its head one of these words?"""
        return self.head in tables


def kind_of(type_: str) -> str:
    """The kind of a column's type: bool, date, bytes, int, float, or nothing."""
    shown = type_.lower()
    return next((kind for kind, pattern in KINDS if pattern.search(shown)), "")


def place_of(path: str, book: Rulebook, words: Callable[[str], tuple[str, ...]]) -> Place:
    """Read from the last part of the path that says anything."""
    for part in reversed(re.split(r"[./{}()\s]+", path)[-6:]):
        found = _part(part, book, words) if part else None
        if found is not None:
            return found
    return Place()


def _part(part: str, book: Rulebook, words: Callable[[str], tuple[str, ...]]) -> Place | None:
    latin = [word for word in words(part) if not word.isdigit() and not is_khmer(word)]
    while len(latin) > 1 and book.is_in(latin[-1], "en", "ending"):
        latin.pop()
    khmer = khmer_fold("".join(piece for piece in pieces(part) if is_khmer(piece)))
    for name in ("child", "person", "family"):
        for word in book.lists["km"][name]:
            if word in khmer:
                return Place(word, word, children=name == "child", people=True, family=name == "family")
    if not latin:
        return None
    head = latin[-1]
    for one in reversed(latin):  # `user_settings` speaks of people too, though its rows are settings
        if book.is_in(one, "en", "staff"):
            return Place(head, one, staff=True)
        if book.is_in(one, "en", "child"):
            return Place(head, one, children=True, people=True)
        if book.is_in(one, "en", "person", "family"):
            return Place(head, one, people=True, family=any(book.is_in(word, "en", "family") for word in latin))
        if book.is_in(skeleton(one), "km-Latn", "child", "person"):
            return Place(head, one, children=book.is_in(skeleton(one), "km-Latn", "child"), people=True)
        if one == head and book.is_in(one, "en", "place"):
            return Place(head, one, thing=True)
    return Place(head) if not book.is_in(head, "en", "ending") else None

# SPDX-License-Identifier: Apache-2.0
"""What the law says, beside the lines and never among them. It is context for people, not legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from krama.guidelines.load import READ, shipped
from krama.text import Text, read_document

FILE = Path(__file__).parent / "context" / "kh-law.yaml"
FIELDS = ("id", "law", "article", "touches", "source", "standing", "en", "km")


@dataclass(frozen=True)
class Context:
    """One thing the law says; `law` names an entry of the country pack, `touches` the lines to read beside it."""

    id: str
    law: str
    article: str
    touches: tuple[str, ...]
    source: str
    standing: str
    text: Text


@cache
def law_context(path: Path = FILE) -> tuple[Context, ...]:
    """The context of Cambodian law."""
    known = tuple(line.id for line in shipped().lines)
    found = []
    for entry in read_document(path).listed("context"):
        entry.allow(*FIELDS)
        found.append(
            Context(
                entry.id,
                entry.word("law"),
                entry.word("article", default=""),
                entry.words("touches", known, least=1),
                entry.word("source"),
                entry.one_of("standing", READ),
                entry.said(),
            )
        )
    return tuple(found)

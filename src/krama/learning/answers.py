# SPDX-License-Identifier: Apache-2.0
"""Beginnings of what staff write back to a reporter; a person changes them before they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from krama.text import Text, read_document

FILE = Path(__file__).parent / "answers" / "answers.yaml"
PEERS = FILE.with_name("peers.yaml")


@dataclass(frozen=True)
class Answer:
    """`reviewer` is None until a native reader of child protection has read the Khmer."""

    id: str
    title: Text
    text: Text
    reviewer: str | None
    reviewed_on: date | None


def peer_sayings() -> tuple[Answer, ...]:
    """What to say to those concerned where the other person may be a child too."""
    return answers(PEERS)


@cache
def answers(path: Path = FILE) -> tuple[Answer, ...]:
    """All that come with Krama; `BadEntry` names entry, field and what to do."""
    document = read_document(path)
    (head,) = document.listed("head")
    head.allow("reviewer", "reviewed_on", "source")
    reviewer = head.word("reviewer") if head.values.get("reviewer") is not None else None
    reviewed_on = head.day("reviewed_on") if reviewer else None
    found = []
    for entry in document.listed("answers"):
        entry.allow("id", "title", "en", "km")
        found.append(Answer(entry.id, entry.text("title"), entry.said(), reviewer, reviewed_on))
    return tuple(found)

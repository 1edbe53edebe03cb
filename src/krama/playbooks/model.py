# SPDX-License-Identifier: Apache-2.0
"""A playbook and its steps, as frozen values. No number to call stands in it: contacts are the country pack's."""

from __future__ import annotations

from dataclasses import dataclass

from krama.text import Text

WHO = ("whoever", "reviewer", "lead", "officer")  # "whoever" has the case
LEADS = ("contact", "page", "lesson")  # a contact of the country pack, a part of the case page, a learning text
PAGES = ("told", "decision", "hold", "sight", "confidential")
# What triage calls a case's kind; a test holds that these are the same words.
KINDS = (
    "known-material",
    "like-known-material",
    "unreadable",
    "sexual-extortion",
    "grooming",
    "bullying",
    "seen-by-somebody",
    "something-else",
    "test",
    "unknown",
)


@dataclass(frozen=True)
class Step:
    """One step: who does it, until how many hours after the case was opened, and whether it must be done."""

    id: str
    text: Text
    who: str
    due: int
    must: bool
    leads: str = ""  # one of LEADS, or nothing
    to: str = ""  # which contact, page or lesson


@dataclass(frozen=True)
class Playbook:
    """A case of a kind in `fits` begins with it; for those in `may_fit` it is offered first. Anybody may choose it."""

    id: str
    version: int
    title: Text
    fits: tuple[str, ...]
    may_fit: tuple[str, ...]
    steps: tuple[Step, ...]
    source: str
    warning: Text | None = None  # what a firm could tell its users in a wave; a draft

    def step(self, id: str) -> Step | None:
        """The step of that id."""
        return next((step for step in self.steps if step.id == id), None)

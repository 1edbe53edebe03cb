# SPDX-License-Identifier: Apache-2.0
"""Sector packs: what is particular to one sector: clauses, playbooks, letters, first proofs, a first task."""

from __future__ import annotations

from dataclasses import dataclass

from krama.text import Text

# The papers a clause can belong to, and the kinds of unit that can do a step.
INTO = ("policy", "conduct", "terms", "house-rules")
UNIT_KINDS = (
    *("management", "customer-care", "moderation", "engineering", "network"),
    *("shops", "content", "legal", "marketing", "people"),
)


@dataclass(frozen=True)
class Clause:
    """A clause of the sector's own; `into` is the paper it belongs to: policy, conduct, terms or house-rules."""

    id: str
    into: str
    title: Text
    text: Text


@dataclass(frozen=True)
class Step:
    """One step of a playbook; `unit` is the kind of unit that does it, `minutes` by when it is done, if it matters."""

    text: Text
    unit: str
    minutes: int | None = None


@dataclass(frozen=True)
class Playbook:
    """What to do when something happens, as a checklist; minutes count from the moment somebody knew."""

    id: str
    title: Text
    when: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent; `{firm}` and `{contact:ID}` are filled in by `pack_papers.filled`."""

    id: str
    to: str
    title: Text
    body: tuple[Text, ...]


@dataclass(frozen=True)
class SectorPack:
    """Everything ready for one sector."""

    sector: str
    opening: Text
    clauses: tuple[Clause, ...]
    playbooks: tuple[Playbook, ...]
    letters: tuple[Letter, ...]
    first_proofs: tuple[str, ...]
    first_task: str  # a line's id; less than an hour
    khmer: str = ""  # who has read its Khmer

    def playbook(self, id: str) -> Playbook | None:
        """The playbook of that id."""
        return next((playbook for playbook in self.playbooks if playbook.id == id), None)

    def letter(self, id: str) -> Letter | None:
        """The letter of that id."""
        return next((letter for letter in self.letters if letter.id == id), None)


def pack_of(sector: str) -> SectorPack:
    """The pack that comes with Krama for one sector."""
    from krama.guidelines import pack_files  # it needs the types above

    return pack_files.pack_of(sector)


def packs() -> tuple[SectorPack, ...]:
    """All six packs, in the catalogue's order of sectors."""
    from krama.guidelines import pack_files

    return pack_files.packs()

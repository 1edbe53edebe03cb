# SPDX-License-Identifier: Apache-2.0
"""Sector packs: what is particular to one sector: clauses, playbooks, letters, first proofs, a first task."""

from __future__ import annotations

from dataclasses import dataclass

from krama.text import Text


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
    """What to do when something happens, as a checklist."""

    id: str
    title: Text
    when: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent; `{firm}` and `{hotline}` are filled in."""

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

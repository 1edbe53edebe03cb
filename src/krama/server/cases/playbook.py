# SPDX-License-Identifier: Apache-2.0
"""Which playbooks a case has, how far each is, and which steps are late. Reading only; whoever shows it leaves a view.

What fits is judged by the kind alone (a list's match, a report's topic): what a reporter said of people is read with
the report, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from krama.playbooks import Playbook, Step, playbooks, read_playbook
from krama.server.accounts.models import User
from krama.server.cases.models import Case, CasePlaybook, Item, KeptPlaybook, PlaybookMark
from krama.server.cases.reach import visible
from krama.server.cases.triage import facts_of
from krama.server.compartments.queries import read

SOON = timedelta(hours=1)
MOST_DUE = 50


@dataclass(frozen=True)
class Tick:
    """Who did a step or opened it again, and when; `words` say why it was opened again."""

    done: bool
    by: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Line:
    """One step of a case's playbook: until when, and what happened to it, the newest last."""

    step: Step
    due_at: datetime
    ticks: tuple[Tick, ...]

    @property
    def done(self) -> bool:
        return bool(self.ticks) and self.ticks[-1].done


@dataclass(frozen=True)
class Checklist:
    """A playbook of a case in the version that it began with. `why_aside` is what somebody said who set it aside."""

    row: CasePlaybook
    book: Playbook
    lines: tuple[Line, ...]
    why_aside: str

    @property
    def next_due(self) -> datetime | None:
        """Until when the next step must be done that is not."""
        return min((line.due_at for line in self.lines if line.step.must and not line.done), default=None)


def kinds_of(items: Iterable[Item]) -> set[str]:
    """What triage calls these, by what stands on their rows."""
    return {facts_of(source, {}).kind for item in items if (source := item.report or item.detection) is not None}


def fitting(items: Iterable[Item]) -> list[Playbook]:
    """Those that a case of these begins with."""
    kinds = kinds_of(items)
    return [one for one in playbooks() if kinds & set(one.fits)]


def to_choose(items: Iterable[Item]) -> list[Playbook]:
    """All there are, what may fit these first."""
    kinds = kinds_of(items)
    return sorted(playbooks(), key=lambda one: not kinds & {*one.fits, *one.may_fit})


def checklists(case: Case) -> list[Checklist]:
    """The playbooks of this case, those set aside last; none whose compartment was destroyed."""
    rows = CasePlaybook.objects.filter(case=case).select_related("compartment").prefetch_related("marks")
    found = [one for row in rows.order_by("begun_at") if (one := how_far(row)) is not None]
    return sorted(found, key=lambda one: one.row.set_aside_at is not None)


def how_far(row: CasePlaybook) -> Checklist | None:
    """How far one playbook is."""
    plain = read(row.compartment, row.sealed_book, *place_of_book(row.pk))
    if plain is None:
        return None
    named = json.loads(plain)
    book = of_version(named["book"], named["version"])
    said = [(mark, _said(row, mark)) for mark in sorted(row.marks.all(), key=lambda mark: mark.at)]
    lines = tuple(
        Line(
            step, row.counts_from + hours(step), tuple(_tick(mark, one) for mark, one in said if one["step"] == step.id)
        )
        for step in book.steps
    )
    asides = [one["words"] for _mark, one in said if not one["step"]]
    return Checklist(row, book, lines, asides[-1] if asides and row.set_aside_at else "")


@lru_cache(maxsize=64)
def of_version(book: str, version: int) -> Playbook:
    """As it was when a case began with it; a version never changes."""
    return read_playbook(KeptPlaybook.objects.values_list("body", flat=True).get(book=book, number=version))


def hours(step: Step) -> timedelta:
    """Until when after the beginning, at this firm's pace."""
    return timedelta(hours=step.due * settings.KRAMA_STEP_PACE)


def due_of(actor: User, now: datetime) -> list[CasePlaybook]:
    """Playbooks of the actor's own open cases with a step that is late or soon due; the longest late first.

    Whose they are is asked first, by an index; whether each may be seen, of those few alone.
    """
    mine = Case.objects.filter(assignee=actor, state=Case.State.OPEN)
    rows = CasePlaybook.objects.filter(case__in=mine, next_due_at__lt=now + SOON, set_aside_at=None)
    first = list(rows.select_related("case").order_by("next_due_at")[:MOST_DUE])
    known = set(visible(actor).filter(pk__in={row.case_id for row in first}).values_list("pk", flat=True))
    return [row for row in first if row.case_id in known]


def late(now: datetime) -> QuerySet[CasePlaybook]:
    """Playbooks of open cases with a step past its time, whoever has the case."""
    return CasePlaybook.objects.filter(case__state=Case.State.OPEN, next_due_at__lt=now, set_aside_at=None)


def place_of_book(pk: UUID) -> tuple[str, UUID, str]:
    return ("playbook", pk, "book")


def place_of_mark(pk: UUID) -> tuple[str, UUID, str]:
    return ("playbook mark", pk, "words")


def _said(row: CasePlaybook, mark: PlaybookMark) -> dict[str, Any]:
    plain = read(row.compartment, mark.sealed_words, *place_of_mark(mark.pk))
    said: dict[str, Any] = json.loads(plain) if plain else {"step": "", "done": False, "words": ""}
    return said


def _tick(mark: PlaybookMark, said: dict[str, Any]) -> Tick:
    return Tick(bool(said["done"]), mark.by, mark.at, str(said["words"]))

# SPDX-License-Identifier: Apache-2.0
"""Reading the plan and the gaps, and what waits for one person: steps, reviews, papers to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from krama.errors import NotFound
from krama.guidelines import Catalogue, Text
from krama.guidelines.policy_papers import SIGNED
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.assessments.actions.plan import usual_time
from krama.server.assessments.models import Answer, PlanTask
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.board import Standing, found_gaps
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.assessments.queries.papers import has_signed, papers

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Shown:
    """One step of the plan in words of one language."""

    row: PlanTask
    text: str
    line_text: str
    late: bool


@dataclass(frozen=True)
class GapShown:
    """A gap in words, with who owns it and the step that is to close it."""

    id: str
    text: str
    why: str
    effort: str
    harm: str
    level: int | None
    unit: str
    owner: str
    task: PlanTask | None
    due_on: date
    subject: Answer


@dataclass(frozen=True)
class Share:
    """One unit's or person's part of the plan; without a name it is nobody's."""

    pk: UUID | None
    name: str
    all: int
    done: int
    late: int


@dataclass(frozen=True)
class Waiting:
    """What waits for one person: their steps, lines to look at again, papers to sign."""

    tasks: list[Shown]
    reviews: list[tuple[Answer, str, bool]]
    papers: list[tuple[str, Text]]

    def __bool__(self) -> bool:
        return bool(self.tasks or self.reviews or self.papers)


def tasks(language: str, state: str = "", of: Q | None = None) -> list[Shown]:
    """The plan by its days; one state of it, or all that is not dropped; of one unit or person, or of all."""
    rows = PlanTask.objects.select_related("owner", "unit", "proof", "done_by").order_by("due_on", "made_at")
    rows = rows.filter(of or Q())
    chosen = rows.filter(state=state) if state else rows.exclude(state=PlanTask.State.DROPPED)
    held = catalogue()
    return [shown(row, language, held) for row in chosen]


def task_of(pk: UUID) -> PlanTask:
    """One step; `NotFound` when there is none."""
    row = PlanTask.objects.select_related("owner", "unit", "proof").filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such step. The plan lists them all.")
    return row


def progress() -> Standing:
    """How much of the plan is done: of all steps that were not dropped."""
    rows = PlanTask.objects.exclude(state=PlanTask.State.DROPPED)
    done, dropped = rows.filter(state=PlanTask.State.DONE).count(), PlanTask.objects.count() - rows.count()
    return Standing("plan", "", rows.count(), rows.count() - late().count(), done, dropped)


def shares(kind: str) -> list[Share]:
    """The plan by `unit` or by `owner`: who has how many steps, done and late; what lies with nobody last."""
    rows = PlanTask.objects.exclude(state=PlanTask.State.DROPPED)
    late_one = Q(state=PlanTask.State.OPEN, due_on__lt=timezone.localdate())
    counted = rows.values_list(kind, f"{kind}__name").annotate(
        all=Count("pk"), done=Count("pk", filter=Q(state=PlanTask.State.DONE)), late=Count("pk", filter=late_one)
    )
    found = [Share(pk, name or "", *counts) for pk, name, *counts in counted.order_by(f"{kind}__name")]
    return sorted(found, key=lambda share: share.pk is None)


def late() -> QuerySet[PlanTask]:
    """Open steps whose day has passed."""
    return PlanTask.objects.filter(state=PlanTask.State.OPEN, due_on__lt=timezone.localdate())


def gaps(language: str) -> list[GapShown]:
    """What is not met, the worst for a child first, with who owns it and what is planned."""
    held, given, today = catalogue(), answers(), timezone.localdate()
    planned = {row.line_id: row for row in PlanTask.objects.filter(state=PlanTask.State.OPEN).order_by("-due_on")}
    found = []
    for gap in found_gaps():
        line, answer = gap.line, given.get(gap.line.id)
        found.append(
            GapShown(
                line.id,
                line.text.in_(language),
                line.why.in_(language),
                held.words.text("efforts", line.effort).in_(language),
                held.words.text("harms", line.harm).in_(language),
                gap.level,
                answer.unit.name if answer and answer.unit else "",
                answer.owner.name if answer and answer.owner else "",
                planned.get(line.id),
                today + usual_time(gap),
                answer or Answer(line_id=line.id),
            )
        )
    return found


def waiting_for(person: User, language: str) -> Waiting:
    """What this person should do soon: late first."""
    today = timezone.localdate()
    hands = in_hands_of(person)
    steps = PlanTask.objects.filter(hands, state=PlanTask.State.OPEN, due_on__lte=today + SOON)
    held = catalogue()
    applies = {line.id: line for line in lines(held)}
    reviews = Answer.objects.filter(hands, review_on__lte=today + SOON, line_id__in=applies).order_by("review_on")
    return Waiting(
        [shown(row, language, held) for row in steps.select_related("owner", "unit").order_by("due_on")],
        [(row, applies[row.line_id].text.in_(language), (row.review_on or today) < today) for row in reviews],
        unsigned(person),
    )


def in_hands_of(person: User) -> Q:
    """What is this person's: by name, as who leads its unit, or, when nobody works here who does, as who plans."""
    nobody = Q(owner=None) | Q(owner__is_active=False)
    led = Q(unit__is_active=True) & (Q(unit__head=person) | Q(unit__deputy=person))
    found = Q(owner=person) | (nobody & led)
    if may(person, Operation.CHANGE_GUIDELINES):
        leads = Q(unit__is_active=True) & (Q(unit__head__is_active=True) | Q(unit__deputy__is_active=True))
        found |= nobody & ~leads
    return found


def unsigned(person: User) -> list[tuple[str, Text]]:
    """Papers that hold and that this person, who works in a unit, has not signed."""
    if person.unit_id is None:
        return []
    return [
        (paper.kind, paper.title)
        for paper in papers()
        if paper.kind in SIGNED and paper.current is not None and not has_signed(paper.current, person)
    ]


def shown(row: PlanTask, language: str, held: Catalogue | None = None) -> Shown:
    """One step in words; its line may be gone from a catalogue that was loaded since."""
    line = (held or catalogue()).line(row.line_id)
    said = line.text.in_(language) if line else row.line_id
    is_late = row.state == PlanTask.State.OPEN and row.due_on < timezone.localdate()
    return Shown(row, row.text or said, said, is_late)

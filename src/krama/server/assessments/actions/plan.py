# SPDX-License-Identifier: Apache-2.0
"""The action plan: a step for a gap, with somebody, a unit and a day; done with its proof, or dropped with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.guidelines.scoring import Gap
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import GivenProof, PlanTask
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.board import found_gaps
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.trail.actions import record
from krama.server.trail.events import Event

LONGEST = 300
FIRST_GAPS = 10
# By when a step of each effort is due that nobody gave a day: the least effort soonest.
DAYS: Mapping[str, int] = {"an-hour": 7, "an-afternoon": 30, "a-project": 90}


@transaction.atomic
def add_task(
    actor: User, *, line_id: str, text: str = "", owner: User | None = None, unit: Unit | None = None, due_on: date
) -> PlanTask:
    """A step for one line; without words of its own it is what the line says."""
    if catalogue().line(line_id) is None:
        raise NotFound(f"There is no line {line_id!r:.100} in the catalogue in force.")
    row = PlanTask(line_id=line_id, made_at=timezone.now(), made_by=actor)
    _fill(row, text, owner, unit, due_on)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This step stands in the plan already; change that one, or say what differs.") from error
    return _recorded(actor, Event.TASK_ADDED, row)


@transaction.atomic
def change_task(
    actor: User, *, task: PlanTask, text: str, owner: User | None, unit: Unit | None, due_on: date
) -> PlanTask:
    """Its words, who does it, and until when."""
    row = _open(task)
    _fill(row, text, owner, unit, due_on)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("Another step with these words stands in the plan already.") from error
    return _recorded(actor, Event.TASK_CHANGED, row)


@transaction.atomic
def finish_task(actor: User, *, task: PlanTask, proof: GivenProof | None = None) -> PlanTask:
    """It is done; a proof that was given for its line may show it."""
    row = _open(task)
    if proof is not None and (proof.line_id != row.line_id or proof.withdrawn_at is not None):
        raise BadInput("This proof belongs to another line, or was withdrawn.", field="proof")
    row.state, row.proof = PlanTask.State.DONE, proof
    row.done_at, row.done_by = timezone.now(), actor
    row.save()
    return _recorded(actor, Event.TASK_DONE, row)


@transaction.atomic
def drop_task(actor: User, *, task: PlanTask, why: str) -> PlanTask:
    """It will not be done, and why; the gap stays a gap."""
    row, said = _open(task), " ".join(why.split())
    if not 1 <= len(said) <= LONGEST:
        raise BadInput(f"Say in 1 to {LONGEST} letters why it will not be done.", field="why")
    row.state, row.why_dropped = PlanTask.State.DROPPED, said
    row.done_at, row.done_by = timezone.now(), actor
    row.save()
    return _recorded(actor, Event.TASK_CHANGED, row)


@transaction.atomic
def fill_plan(actor: User, *, most: int = FIRST_GAPS) -> int:
    """A step for each of the first gaps that has none, with the line's own unit and owner; how many were added."""
    given, today = answers(), timezone.localdate()
    having = set(PlanTask.objects.filter(state=PlanTask.State.OPEN).values_list("line_id", flat=True))
    wanted = [gap for gap in found_gaps() if gap.line.id not in having][:most]
    for gap in wanted:
        row = given.get(gap.line.id)
        owner, unit = (row.owner, row.unit) if row else (None, None)
        owner = owner if owner is not None and owner.is_active else None
        unit = unit if unit is not None and unit.is_active else None
        add_task(actor, line_id=gap.line.id, owner=owner, unit=unit, due_on=today + usual_time(gap))
    return len(wanted)


def usual_time(gap: Gap) -> timedelta:
    """How long a step of this effort may take."""
    return timedelta(days=DAYS.get(gap.line.effort, max(DAYS.values())))


def _fill(row: PlanTask, text: str, owner: User | None, unit: Unit | None, due_on: date) -> None:
    said = " ".join(text.split())
    if len(said) > LONGEST:
        raise BadInput(f"Write at most {LONGEST} letters.", field="text")
    if owner is not None and not owner.is_active:
        raise BadInput("This person can no longer sign in; choose somebody who works here.", field="owner")
    if unit is not None and not unit.is_active and unit.pk != row.unit_id:
        raise BadInput("This unit is closed; choose one that works.", field="unit")
    if due_on < timezone.localdate() and due_on != row.due_on:
        raise BadInput("This day has passed; choose a day to come.", field="due_on")
    row.text, row.owner, row.unit, row.due_on = said, owner, unit, due_on


def _open(task: PlanTask) -> PlanTask:
    row = PlanTask.objects.select_for_update().get(pk=task.pk)
    if row.state != PlanTask.State.OPEN:
        raise Conflict("This step is done or dropped already.")
    return row


def _recorded(actor: User, event: Event, row: PlanTask) -> PlanTask:
    details = {"line": row.line_id, "state": row.state, "due_on": row.due_on.isoformat()}
    details |= {"owner": str(row.owner_id or ""), "unit": str(row.unit_id or "")}
    record(actor, event, subject_kind="plan-task", subject_id=row.pk, details=details)
    return row

# SPDX-License-Identifier: Apache-2.0
"""The support plan: what was offered, agreed, done. Nothing is done to a child that they declined."""

from __future__ import annotations

import json
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.peer import text
from krama.server.cases.actions.people import locked
from krama.server.cases.models import Case
from krama.server.compartments.actions import reseal
from krama.server.support.models import Step, What
from krama.server.support.places import place_of_step
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

State = Step.State
NEXT = {
    State.OFFERED: (State.AGREED, State.DECLINED),
    State.AGREED: (State.DONE, State.DECLINED),
    State.DECLINED: (State.AGREED,),
    State.DONE: (),
}


@transaction.atomic
def offer(actor: Actor, *, case: Case, what: str, words: str = "") -> Step:
    """One thing more in the plan; it begins as an offer."""
    row = locked(actor, case)
    if what not in What.values:
        raise BadInput(f"`what` is one of {', '.join(What.values)}.", field="what")
    pk, now = uuid4(), timezone.now()
    least = 1 if what == What.OTHER else 0  # something else says what
    plain = json.dumps({"what": what, "words": text(words, "words", least=least)}).encode()
    sealed = reseal(notes_of(row), plain, *place_of_step(pk))
    step = Step.objects.create(
        id=pk, case=row, sealed_what=sealed, state=State.OFFERED, offered_at=now, changed_at=now, by=actor.actor_id
    )
    _record(actor, step)
    return step


@transaction.atomic
def move(actor: Actor, *, step: Step, to: str) -> Step:
    """Agreed, declined or done; to say the same twice is nothing."""
    locked(actor, step.case)
    row = Step.objects.select_for_update(of=("self",)).select_related("case").get(pk=step.pk)
    if to == row.state:
        return row
    if to not in NEXT[State(row.state)]:
        raise Conflict("A step is offered, then agreed or declined; what was agreed is done.")
    row.state, row.changed_at, row.by = State(to), timezone.now(), actor.actor_id
    row.save(update_fields=["state", "changed_at", "by"])
    _record(actor, row)
    return row


def _record(actor: Actor, step: Step) -> None:
    details = {"step": str(step.pk), "state": str(step.state)}
    record(actor, Event.PLAN_CHANGED, subject_kind="case", subject_id=step.case.ref, details=details)

# SPDX-License-Identifier: Apache-2.0
"""Days on which somebody looks after a child again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.peer import text
from krama.server.cases.actions.people import locked
from krama.server.cases.models import Case
from krama.server.compartments.actions import reseal
from krama.server.support.models import FollowUp
from krama.server.support.places import place_of_follow_up
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

FARTHEST = timedelta(days=366)


@transaction.atomic
def follow_up(actor: Actor, *, case: Case, on: date, words: str) -> FollowUp:
    """From today on, within a year; also when the case is closed: a child is not."""
    row = locked(actor, case)
    today = timezone.localdate()
    if not today <= on <= today + FARTHEST:
        raise BadInput("Choose a day from today on, within a year.", field="on")
    pk = uuid4()
    sealed = reseal(notes_of(row), text(words, "words", least=1).encode(), *place_of_follow_up(pk, "words"))
    made = FollowUp.objects.create(
        id=pk, case=row, due_on=on, sealed_words=sealed, set_at=timezone.now(), set_by=actor.actor_id
    )
    details = {"follow_up": str(pk), "on": on.isoformat()}
    record(actor, Event.FOLLOW_UP_SET, subject_kind="case", subject_id=row.ref, details=details)
    return made


@transaction.atomic
def followed_up(actor: Actor, *, follow_up: FollowUp, words: str) -> FollowUp:
    """Somebody did; what they found is kept with the case."""
    locked(actor, follow_up.case)
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("case__compartment").get(pk=follow_up.pk)
    if row.done_at is not None:
        raise Conflict("Somebody has done this already.")
    found = text(words, "words", least=1).encode()
    row.sealed_found = reseal(notes_of(row.case), found, *place_of_follow_up(row.pk, "found"))
    row.done_at, row.done_by = timezone.now(), actor.actor_id
    row.save(update_fields=["sealed_found", "done_at", "done_by"])
    details = {"follow_up": str(row.pk)}
    record(actor, Event.FOLLOWED_UP, subject_kind="case", subject_id=row.case.ref, details=details)
    return row

# SPDX-License-Identifier: Apache-2.0
"""Answering the minimisation question of a line, and saying what is done about its risk. Answers are never changed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.confidentiality.models import Line, Treatment, Weighing
from krama.server.confidentiality.models.impact import Residual
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable

LONGEST = 2000


@transaction.atomic
def weigh(
    actor: User,
    *,
    line: UUID,
    seen: int,
    needed: bool,
    coarser: bool,
    shorter: bool,
    on_device: bool,
    decision: str,
    words: str,
) -> Weighing:
    """Do we need it? Could it be coarser, shorter, on the device? And what follows, in words, by a named person."""
    row = _seen(line, seen)
    if decision not in Weighing.Decision.values:
        raise BadInput("Decide: keep, reduce or stop.", field="decision")
    if decision == Weighing.Decision.KEEP and not needed:
        raise BadInput("What is not needed is reduced or stopped, not kept.", field="decision")
    answers = {"needed": needed, "coarser": coarser, "shorter": shorter, "on_device": on_device}
    made = Weighing(line=row, version=row.version, decision=decision, words=_words(words), **answers)
    made.at, made.by = timezone.now(), actor
    made.save(force_insert=True)
    details = {"version": row.version, "decision": decision}
    record(actor, Event.REGISTER_WEIGHED, subject_kind="register", subject_id=row.pk, details=details)
    return made


@transaction.atomic
def treat(actor: User, *, line: UUID, seen: int, measures: str, residual: str) -> Treatment:
    """What is done about the line's risk, and what remains."""
    row = _seen(line, seen)
    if residual not in Residual.values:
        raise BadInput("Say what risk remains: low, medium or high.", field="residual")
    made = Treatment(line=row, version=row.version, measures=_words(measures), residual=residual)
    made.at, made.by = timezone.now(), actor
    made.save(force_insert=True)
    details = {"version": row.version, "residual": residual}
    record(actor, Event.REGISTER_TREATED, subject_kind="register", subject_id=row.pk, details=details)
    return made


def _seen(pk: UUID, seen: int) -> Line:
    row = Line.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such line.")
    if row.ended_at is not None or row.version != seen:
        raise Conflict("The line has changed since you looked; read it again, then answer.", version=row.version)
    return row


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST or not storable(words):
        raise BadInput(f"Say it in one to {LONGEST} letters.", field="words")
    return words

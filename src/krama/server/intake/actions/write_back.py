# SPDX-License-Identifier: Apache-2.0
"""What staff write back: sealed twice, to the receipt's key and to the report's compartment. It waits to be read;

no message goes out, but a neutral notice to who named a way, a number or address, and a safe hour.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.sealing import seal_to
from krama.server.compartments.actions import reseal
from krama.server.intake import named
from krama.server.intake.actions.notify import want_notice
from krama.server.intake.models import Message, Report
from krama.server.intake.queries import place_of_message
from krama.server.intake.words import typed
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

LONGEST = 4_000


@transaction.atomic
def write_back(actor: Actor, *, report: Report, text: str) -> Message:
    """One message; the first one counts as the answer whose time is measured."""
    words = typed(text, LONGEST)
    if not words:
        raise BadInput("Write something, or leave it.", field="text")
    row = Report.objects.select_for_update(of=("self",)).select_related("compartment").get(pk=report.pk)
    if row.compartment is None:
        raise Conflict("This report is still at the door; try again in a moment.")
    pk, plain = uuid4(), words.encode()
    message = Message.objects.create(
        id=pk,
        report=row,
        at=timezone.now(),
        by=actor.actor_id,
        for_reporter=_for_reporter(row, pk, plain),
        for_staff=reseal(row.compartment, plain, *place_of_message(pk)),
    )
    if row.answered_at is None:
        Report.objects.filter(pk=row.pk).update(answered_at=message.at)
    want_notice(message)
    record(actor, Event.REPORT_ANSWERED, subject_kind="report", subject_id=row.pk, details={"message": str(pk)})
    return message


def _for_reporter(row: Report, pk: UUID, plain: bytes) -> bytes | None:
    return seal_to(bytes.fromhex(row.reply_public), plain, *place_of_message(pk)) if row.reply_public else None


@transaction.atomic
def say_state(actor: Actor, *, report: Report, state: str) -> None:
    """What the reporter is told when they come back with their code."""
    if Report.objects.filter(pk=report.pk).exclude(state=state).update(state=state):
        record(actor, Event.REPORT_STATE, subject_kind="report", subject_id=report.pk, details={"state": state})


def mark_read(report: Report) -> None:
    """The reporter opened what was written; no trail entry says when a child looked."""
    named.report(report.pk)
    Message.objects.filter(report=report, for_reporter__isnull=False, read_at=None).update(read_at=timezone.now())

# SPDX-License-Identifier: Apache-2.0
"""Taking an alarm: one person does, whoever else says it is told who. What they need to open the case is given."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from krama.errors import Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.callout import queries
from krama.server.callout.actions.raise_alarm import note
from krama.server.callout.models import Alarm, Call
from krama.server.cases.actions.sight import let_in
from krama.server.cases.reach import visible
from krama.server.trail.actor import CALLER
from krama.server.trail.events import Event


class TakenBefore(Conflict):
    """Somebody else took this alarm; `by` is their name."""

    code = "taken_before"

    def __init__(self, detail: str = "", *, by: str = "") -> None:
        self.by = by
        super().__init__(detail)


class AlarmOver(Conflict):
    """This alarm has ended: nothing more is to be done."""

    code = "alarm_over"


@transaction.atomic
def take_here(actor: User, *, alarm: UUID) -> Alarm:
    """By the button: of a case that they may see, or a drill."""
    row = _locked(alarm)
    if row.case is not None and not visible(actor).filter(pk=row.case.pk).exists():
        raise NotFound
    return _take(actor, row, by_link=False)


@transaction.atomic
def take_by_link(call: Call) -> Alarm:
    """By the link of a message: it stands for the person whom this call reached, and for this alarm alone."""
    if call.alarm_id is None or call.until <= timezone.now():
        raise NotFound
    return _take(call.person, _locked(call.alarm_id), by_link=True)


def _locked(pk: UUID) -> Alarm:
    # Nothing is joined: a row that was waited for comes new, and what is joined to it as it was before.
    row = Alarm.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _take(person: User, row: Alarm, *, by_link: bool) -> Alarm:
    if row.taken_by_id == person.pk:
        return row  # said twice
    if row.taken_by is not None:
        raise TakenBefore(by=row.taken_by.name)
    if row.ended_at is not None:
        raise AlarmOver
    if not queries.may_be_called(person, row.case):
        raise NotFound
    now = timezone.now()
    row.taken_by, row.taken_at, row.by_link, row.opened_at = person, now, by_link, None
    row.ring_at = now + timedelta(minutes=settings.KRAMA_CALLOUT_OPEN_MINUTES)
    if row.kind == Alarm.Kind.DRILL:
        row.ended_at, row.ring_at = now, None
    row.save()
    seconds = max(int((now - row.raised_at).total_seconds()), 0)
    note(person, Event.ALARM_TAKEN, row, by="link" if by_link else "page", seconds=seconds, round=row.round)
    if row.case is not None:
        let_in(CALLER, case=row.case, person=person)
    return row

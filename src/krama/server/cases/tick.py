# SPDX-License-Identifier: Apache-2.0
"""What the clocks say by themselves: soon, and late. Each once, and again when the time moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from krama.server.cases.models import Case
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event

SOON = timedelta(hours=1)  # or a quarter of the whole time, where that is less
BATCH = 200
EVENTS = {"soon": Event.CLOCK_SOON, "late": Event.CLOCK_LATE}


def tick() -> int:
    """How many clocks said something."""
    now = timezone.now()
    # A clock that ran ahead called these late; they are not, and may become so again.
    Case.objects.filter(state=Case.State.OPEN, clock_said="late", due_at__gt=now).update(clock_said="")
    late = _say("late", Case.objects.filter(clock_said__in=("", "soon"), due_at__lte=now))
    near = Case.objects.filter(clock_said="", due_at__gt=now, due_at__lte=now + SOON)
    return late + _say("soon", near)


@transaction.atomic
def _say(what: str, cases: QuerySet[Case]) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    rows = cases.select_for_update(skip_locked=skip).filter(state=Case.State.OPEN).order_by("due_at")[:BATCH]
    now = timezone.now()
    said = [case for case in rows if what == "late" or is_soon(case, now)]
    Case.objects.filter(pk__in=[case.pk for case in said]).update(clock_said=what)
    for case in said:
        record(COLLECTOR, EVENTS[what], subject_kind="case", subject_id=case.ref)
    return len(said)


def is_soon(case: Case, now: datetime) -> bool:
    return case.due_at - now <= min(SOON, (case.due_at - case.opened_at) / 4)

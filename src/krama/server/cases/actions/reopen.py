# SPDX-License-Identifier: Apache-2.0
"""A closed case opens again: for what a reporter adds, and where a second person did not agree with a decision."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from krama.server.cases.clocks import due_at
from krama.server.cases.models import Case, Item, OpenKey
from krama.server.cases.queries.case import compartments_of, keys_of_items
from krama.server.compartments.actions import stop_clock
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


def reopen(actor: Actor, case: Case, items: Sequence[Item], **details: object) -> None:
    """These items wait for a person, with a new clock; the others stay decided. Called with the case locked."""
    if case.state != Case.State.CLOSED:
        return
    case.state, case.closed_at = Case.State.OPEN, None
    case.due_at, case.clock_said = due_at(case.severity, timezone.now(), case.lane), ""
    case.save(update_fields=["state", "closed_at", "due_at", "clock_said"])
    wait_again(case, items)
    stop_clock(compartments_of(case))
    record(actor, Event.CASE_REOPENED, subject_kind="case", subject_id=case.ref, details=details)


def wait_again(case: Case, items: Sequence[Item]) -> None:
    """These items of an open case are not decided any more, and what is found of them joins them."""
    Item.objects.filter(pk__in=[item.pk for item in items]).update(decision=None)
    keys = [OpenKey(kind=kind, hash=hashed, case=case) for kind, hashed in keys_of_items(items)]
    OpenKey.objects.bulk_create(keys, ignore_conflicts=True)  # another open case may hold one by now

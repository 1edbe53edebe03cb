# SPDX-License-Identifier: Apache-2.0
"""A clock stands still while somebody outside is waited for, and goes on with what it had left; not in an emergency."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.clocks import in_force
from krama.server.cases.models import Case, Lane, Pause
from krama.server.cases.queries.case import place_of_reference
from krama.server.compartments.actions import reseal
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR, Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable
from krama.triage import after, counted

MOST_DAYS = {Pause.Reason.REPORTER: 7, Pause.Reason.AUTHORITY: 30, Pause.Reason.FIRM: 7}
ALTOGETHER = timedelta(days=45)  # of one case, over all its pauses
BATCH = 50


@transaction.atomic
def pause(actor: Actor, *, case: Case, reason: str, days: int, reference: str = "") -> Pause:
    """Its time moves to the end of the pause and what was left, and comes back when the pause ends before."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, Operation.DECIDE_CASES, row)
    _check(row, reason, days, reference)
    now, hours = timezone.now(), in_force().hours_of(row)
    left, until = counted(now, row.due_at, hours), now + timedelta(days=days)
    made = Pause(case=row, reason=reason, begun_at=now, until=until, left=left)
    if reference.strip():
        made.sealed_reference = reseal(notes_of(row), reference.strip().encode(), *place_of_reference(made.pk))
    made.save(force_insert=True)
    row.due_at, row.clock_said = after(until, left, hours), ""
    row.save(update_fields=["due_at", "clock_said"])
    details: dict[str, object] = {"reason": reason, "days": days}
    record(actor, Event.CLOCK_PAUSED, subject_kind="case", subject_id=row.ref, details=details)
    return made


@transaction.atomic
def go_on(actor: Actor, *, case: Case, only: str = "") -> bool:
    """End the pause that holds this case's clock, if there is one (of that reason). The caller locked the case."""
    rows = Pause.objects.select_for_update().filter(case=case, ended_at=None)
    found = (rows.filter(reason=only) if only else rows).first()
    if found is None:
        return False
    at = max(timezone.now(), found.begun_at)  # a clock set back by hand makes no pause shorter than nothing
    _end(actor, found, case)
    if at < found.until:
        case.due_at = min(case.due_at, after(at, found.left, in_force().hours_of(case)))
        case.clock_said = ""
        case.save(update_fields=["due_at", "clock_said"])
    return True


@transaction.atomic
def go_on_now(actor: Actor, *, case: Case) -> None:
    """A person ends the pause."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, Operation.DECIDE_CASES, row)
    if not go_on(actor, case=row):
        raise Conflict("This case's clock does not stand still.")


def end_overdue() -> int:
    """Pauses that came to their end by themselves; the case's time was reckoned with that already."""
    waiting = Pause.objects.filter(ended_at=None, until__lte=timezone.now()).values_list("pk", flat=True)
    return sum(_end_one(pk) for pk in waiting[:BATCH])


@transaction.atomic
def _end_one(pk: UUID) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    rows = Pause.objects.select_for_update(skip_locked=skip, of=("self",)).select_related("case")
    found = rows.filter(pk=pk, ended_at=None).first()
    if found is None:
        return 0
    _end(COLLECTOR, found, found.case)
    return 1


def _end(actor: Actor, found: Pause, case: Case) -> None:
    found.ended_at = min(max(timezone.now(), found.begun_at), found.until)
    found.save(update_fields=["ended_at"])
    record(actor, Event.CLOCK_GOES_ON, subject_kind="case", subject_id=case.ref, details={"reason": found.reason})


def _check(case: Case, reason: str, days: int, reference: str) -> None:
    if reason not in Pause.Reason.values:
        raise BadInput(f"`reason` is one of {', '.join(Pause.Reason.values)}.", field="reason")
    if not 1 <= days <= MOST_DAYS[Pause.Reason(reason)]:
        raise BadInput(f"`days` is 1 to {MOST_DAYS[Pause.Reason(reason)]} for this reason.", field="days")
    if not storable(reference) or len(reference) > 200:
        raise BadInput("`reference` has at most 200 characters.", field="reference")
    if reason == Pause.Reason.AUTHORITY and not reference.strip():
        raise BadInput("Give the `reference` of the authority's letter.", field="reference")
    _check_clock(case, timedelta(days=days))


def _check_clock(case: Case, length: timedelta) -> None:
    if case.state != Case.State.OPEN:
        raise Conflict("This case is closed.")
    if case.is_emergency or case.lane == Lane.EMERGENCY:
        raise Conflict("The clock of an emergency never stands still.")
    if case.due_at <= timezone.now():
        raise Conflict("It is late already: a pause would only hide that.")
    if case.pauses.filter(ended_at=None).exists():
        raise Conflict("Its clock stands still already.")
    before = case.pauses.aggregate(sum=Sum(F("ended_at") - F("begun_at")))["sum"] or timedelta()
    if before + length > ALTOGETHER:
        raise Conflict(f"A case waits {ALTOGETHER.days} days at most, all its pauses together.")

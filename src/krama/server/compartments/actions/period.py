# SPDX-License-Identifier: Apache-2.0
"""Changing how long a kind is kept: with a law or a reason; a second person where it destroys sooner or keeps too long.

No period touches a hold: what is held stays until the hold ends.
"""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.compartments.models import Kind, Period, PeriodChange
from krama.server.compartments.schedule import schedule, shipped
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

# An objection must still find what it is about; and nothing is kept for a childhood without a hold.
LEAST, MOST = 30, 3_650
LONGEST = 300


@transaction.atomic
def propose(actor: Actor, *, kind: str, days: int, reason: str) -> PeriodChange:
    """Taken at once where nothing is destroyed sooner nor kept longer than Krama brings; else another agrees."""
    words = " ".join(reason.split())
    if kind not in Kind.values:
        raise NotFound("There is no such kind of record.")
    if not LEAST <= days <= MOST:
        raise BadInput(f"A period lies between {LEAST} and {MOST} days.", field="days")
    if not words or len(words) > LONGEST or not storable(words):
        raise BadInput(f"Name the law or the reason in one to {LONGEST} letters.", field="reason")
    now = schedule()[kind]
    if days == now.days and words == now.en:
        raise BadInput("Nothing would change.", field="days")
    row = PeriodChange(kind=kind, before=now.days, days=days, reason=words, proposed_by=actor.actor_id)
    row.proposed_at, row.needs_two = timezone.now(), needs_two(now.days, days, shipped()[kind].days)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("A change of this period waits already; decide on that one first.") from error
    if not row.needs_two:
        return _hold(actor, row)
    record(actor, Event.PERIOD_PROPOSED, subject_kind="period", subject_id=kind, details=_facts(row))
    return row


@transaction.atomic
def accept(actor: Actor, *, change: UUID) -> PeriodChange:
    """The second person's word; from now on the daily round goes by it."""
    row = _waiting(change)
    if row.proposed_by == actor.actor_id:
        raise Conflict("You proposed it; another person must accept it.")
    if schedule()[row.kind].days != row.before:
        raise Conflict("The period has changed since this was proposed; refuse it and propose it anew.")
    return _hold(actor, row)


@transaction.atomic
def refuse(actor: Actor, *, change: UUID) -> PeriodChange:
    """It stays as it is; whoever proposed it may take it back in the same way."""
    row = _waiting(change)
    row.state, row.decided_by, row.decided_at = PeriodChange.State.REFUSED, actor.actor_id, timezone.now()
    row.save()
    record(actor, Event.PERIOD_REFUSED, subject_kind="period", subject_id=row.kind, details=_facts(row))
    return row


def needs_two(before: int, days: int, brought: int) -> bool:
    """Sooner destroyed, or longer kept than Krama brings."""
    return days < before or (days > before and days > brought)


def _hold(actor: Actor, row: PeriodChange) -> PeriodChange:
    now = timezone.now()
    row.state, row.decided_by, row.decided_at = PeriodChange.State.HOLDS, actor.actor_id, now
    row.save()
    facts = {"days": row.days, "reason": row.reason, "changed_at": now}
    Period.objects.update_or_create(kind=row.kind, defaults=facts)
    record(actor, Event.PERIOD_CHANGED, subject_kind="period", subject_id=row.kind, details=_facts(row))
    return row


def _waiting(pk: UUID) -> PeriodChange:
    row = PeriodChange.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if row.state != PeriodChange.State.PROPOSED:
        raise Conflict("Somebody has decided on this proposal already.")
    return row


def _facts(row: PeriodChange) -> dict[str, object]:
    return {"days": row.days, "before": row.before}

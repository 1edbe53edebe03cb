# SPDX-License-Identifier: Apache-2.0
"""Who has a case: taking the next one, taking one by hand, letting it go. A lease is one row, so nobody shares it.

Every writer holds the case's own row first, and the unique row decides where a database locks none. A lease that ran
out is free at once: nobody has to notice that somebody went away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from krama.errors import Conflict, NotFound
from krama.server.accounts.may import Operation, require
from krama.server.accounts.models import User
from krama.server.cases import giving, reach
from krama.server.cases.models import Case
from krama.server.cases.models.queue import Lease, Presence
from krama.server.cases.queries.case import GRAVITY
from krama.server.cases.queries.queue import held_by, in_force, lease_length, lease_of
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR, Actor, Machine
from krama.server.trail.events import Event

TRIES = 5  # how many that somebody else got first are passed by before another way is tried
DAY = timedelta(days=1)


class NotGiven(Conflict):
    """No case is given to this person now, in words for them alone; nothing was taken."""

    code = "not_given"


class HeldByAnother(Conflict):
    """Somebody else has this case: nothing was written. It is free when they give it back or their time is up."""

    code = "held_by_another"


@transaction.atomic
def take_next(actor: User) -> Case | None:
    """The most pressing open case that may be given to this person and nobody has; first one that they have already.

    One about which they are asked first (`giving`) is not theirs yet: its page asks. `NotGiven` says why there is none.
    """
    require(actor, Operation.DECIDE_CASES)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # a double click takes one case, not two
    mine = held_by(actor).first()
    if mine is not None:
        renew(actor, mine)
        return mine
    return next((case for rows in _ways(actor, timezone.now()) if (case := _first(actor, rows))), None)


@transaction.atomic
def take(actor: User, *, case: Case, over: bool = False) -> Case:
    """This very case; `over` takes it from whoever has it, which is for those who assign cases."""
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    reach.require_here(actor, Operation.DECIDE_CASES, row)
    if row.state != Case.State.OPEN:
        raise Conflict("This case is decided already.")
    if over:
        reach.require_here(actor, Operation.ASSIGN_CASES, row)
        Lease.objects.filter(case=row).exclude(holder=actor).delete()
    if not _grab(actor, row, timezone.now()):
        require_free(actor, row)
    return row


@transaction.atomic
def let_go(actor: User, *, case: Case) -> bool:
    """Free again at once, also for whoever had it. Written as passing on is: see `actions_giving.give_back`."""
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not reach.sees(actor, row):
        raise NotFound
    if not Lease.objects.filter(case=row, holder=actor).delete()[0]:
        return False
    record(COLLECTOR, Event.CASE_RETURNED, subject_kind="case", subject_id=row.ref)
    return True


def renew(actor: User, case: Case) -> None:
    """While they use it, it stays theirs; also one that ran out and that nobody has taken since."""
    Lease.objects.filter(case=case, holder=actor).update(until=timezone.now() + lease_length())


def require_free(actor: Actor, case: Case) -> None:
    """Refuse people and keys while somebody else has it. Krama itself (a command, a rule) waits for nobody."""
    lease = lease_of(case)
    if lease is None or isinstance(actor, Machine) or lease.holder.actor_id == actor.actor_id:
        return
    since = lease.since.isoformat(timespec="seconds")
    detail = f"{lease.holder.name} has had this case since {since}: nothing was written."
    raise HeldByAnother(detail, holder=lease.holder.name, since=since)


def leave(case: Case, person: User | None = None) -> None:
    """Nobody has it any more, or this person has not: it was decided, or it is closed to them."""
    rows = Lease.objects.filter(case=case)
    (rows if person is None else rows.filter(holder=person)).delete()
    if person is not None:
        Presence.objects.filter(case=case, person=person).delete()


@transaction.atomic(savepoint=False)
def be_here(person: User, case: Case) -> None:
    """Somebody loaded its page: others who may see it are told for some minutes, and what they have stays theirs."""
    renew(person, case)
    now = timezone.now()
    if not Presence.objects.filter(case=case, person=person).update(at=now):
        Presence.objects.bulk_create([Presence(case=case, person=person, at=now)], ignore_conflicts=True)


def sweep() -> int:
    """What says nothing any more: yesterday's presences, leases that ran out long ago."""
    before = timezone.now() - DAY
    gone = (Presence.objects.filter(at__lt=before), Lease.objects.filter(until__lt=before))
    return sum(rows.delete()[0] for rows in gone)


def _ways(actor: User, now: datetime) -> Iterator[QuerySet[Case]]:
    """Where the next case is looked for: danger, what is theirs, their unit's, all else."""
    free = _free(actor, now)
    yield free.filter(is_emergency=True)
    yield free.filter(assignee=actor)
    if actor.unit_id is not None:
        yield free.filter(unit=actor.unit_id, assignee=None)
    yield free


def _free(actor: User, now: datetime) -> QuerySet[Case]:
    """Open, given to this person, had by nobody. What is assigned to somebody else is theirs until its time is up."""
    whose = Q(assignee=None) | Q(assignee=actor) | Q(is_emergency=True) | Q(due_at__lt=now)
    rows = reach.visible(actor).filter(whose, _had_by_nobody(actor, now), state=Case.State.OPEN)
    order = ("-is_emergency", "due_at", "gravity", "opened_at")
    return giving.given_to(actor, rows).alias(gravity=GRAVITY).order_by(*order)


def _had_by_nobody(actor: User, now: datetime) -> Q:
    """By nobody else, that is."""
    return Q(~Exists(Lease.objects.filter(in_force(now), case=OuterRef("pk")).exclude(holder=actor)))


def _first(actor: User, rows: QuerySet[Case]) -> Case | None:
    skip = connection.features.has_select_for_update_skip_locked
    lost: list[UUID] = []
    for _ in range(TRIES):
        # No key lock: whoever only writes a row that names the case must not make it look taken.
        locked = rows.exclude(pk__in=lost).select_for_update(skip_locked=skip, no_key=True, of=("self",))
        case = locked.first()
        if case is None:
            return None
        still = reach.visible(actor).filter(pk=case.pk, state=Case.State.OPEN).exists()  # as it is under the lock
        said = giving.may_take(actor, case) if still else None
        if said is not None and not said.asks:
            raise NotGiven(str(said.words))
        if still and (said is not None or _grab(actor, case, timezone.now())):
            return case
        lost.append(case.pk)
    return None


def _grab(actor: User, case: Case, now: datetime) -> bool:
    """Write the one row; False where somebody else has it. What one has already is renewed."""
    had = Lease.objects.filter(in_force(now), case=case, holder=actor)
    if had.update(until=now + lease_length()):
        return True
    fields = {"holder": actor, "since": now, "until": now + lease_length()}
    if not Lease.objects.filter(~in_force(now), case=case).update(**fields):
        Lease.objects.bulk_create([Lease(case=case, **fields)], ignore_conflicts=True)
    if not Lease.objects.filter(case=case, holder=actor, since=now).exists():
        return False
    details = {"seconds": int(lease_length().total_seconds())}
    record(actor, Event.CASE_TAKEN, subject_kind="case", subject_id=case.ref, details=details)
    return True

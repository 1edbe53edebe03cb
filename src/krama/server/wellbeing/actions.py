# SPDX-License-Identifier: Apache-2.0
"""Writing what somebody had in front of them, and what they chose for themselves.

No act of theirs here is in the trail: it would be read by others. What the firm does for them (`set_care`) is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.may import Operation, may, require
from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.actions.giving import give_back
from krama.server.cases.clocks import graver
from krama.server.cases.models import Case, Severity
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.wellbeing import clock
from krama.server.wellbeing.kinds import Kind
from krama.server.wellbeing.models import Care, Choice, Exposure, PassedOn, Watch
from krama.server.wellbeing.queries import care, is_grave, passed_on
from krama.server.wellbeing.whose import Choices, sealed, whose

LOWEST = 15  # minutes: below it a limit is a day off, and that is asked for elsewhere
AFTER_CLOSING = timedelta(days=30)  # a case may be opened again meanwhile


@transaction.atomic(savepoint=False)
def note(actor: User, *, case: Case, items: int = 0, texts: int = 0, identities: int = 0) -> Watch:
    """This person has this case in front of them now: its page with so many items, a text, an identity."""
    now, name = timezone.now(), whose(actor)
    watch = _at_last(name, now)
    seen = Exposure(whose=name, case=case, on=timezone.localdate(now), severity=case.severity)
    seen.items, seen.texts, seen.identities, seen.seconds = items, texts, identities, clock.AT_LEAST
    counted = clock.AT_LEAST if _seen_first(seen) else 0
    watch.case, watch.at, watch.is_grave, watch.resting_until = case, now, is_grave(case), None
    watch.grave_seconds += counted if watch.is_grave else 0
    watch.save()
    return watch


def _seen_first(seen: Exposure) -> bool:
    """Is it new that day? Nobody else writes it: the clock of whose it is, is locked."""
    rows = Exposure.objects.filter(whose=seen.whose, case=seen.case, on=seen.on)
    row = rows.select_for_update().first()
    if row is None:
        seen.save(force_insert=True)
        return True
    more = {
        "severity": graver(Severity(row.severity), Severity(seen.severity)),
        "items": max(row.items, seen.items),
        "texts": row.texts + seen.texts,
        "identities": row.identities + seen.identities,
    }
    if any(getattr(row, name) != value for name, value in more.items()):  # not where a page is only loaded again
        rows.update(**more)
    return False


@transaction.atomic
def rest(actor: User) -> None:
    """A break begins now."""
    now = timezone.now()
    watch = _at_last(whose(actor), now)
    watch.case, watch.at = None, now
    watch.resting_until = now + timedelta(minutes=care().break_minutes)
    watch.save()


@transaction.atomic
def end_rest(actor: User) -> None:
    """They go on before it is over; it does not count as a break."""
    Watch.objects.filter(whose=whose(actor), resting_until__gt=timezone.now()).update(
        at=timezone.now(), resting_until=None
    )


@transaction.atomic
def choose(actor: User, *, minutes: int | None, kinds: list[str]) -> None:
    """A limit of one's own, never above the firm's, and what one is not given. Nobody else can call it for somebody."""
    require(actor, Operation.READ_CASES)
    if minutes is not None and not LOWEST <= minutes <= care().daily_minutes:
        raise BadInput(f"A limit of one's own lies between {LOWEST} minutes and the firm's.", field="minutes")
    if set(kinds) - set(Kind.values):
        raise BadInput(f"`kinds` are of {', '.join(Kind.values)}.", field="kinds")
    name = whose(actor)
    given = Choices(minutes, frozenset(Kind(one) for one in kinds))
    Choice.objects.update_or_create(whose=name, defaults={"sealed": sealed(name, given)})


@transaction.atomic
def pass_on(actor: User, *, case: Case) -> None:
    """Back to the queue, and not to this person again. No reason is asked, and none is kept."""
    now = timezone.now()
    watch = _at_last(whose(actor), now)  # before the case, as whoever opens its page locks them
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not (may(actor, Operation.DECIDE_CASES) and reach.sees(actor, row)):
        raise NotFound
    if row.state != Case.State.OPEN:
        raise Conflict("This case is closed: nobody is given it any more.")
    watch.case, watch.at = None, now
    watch.save()
    if PassedOn.objects.get_or_create(whose=watch.whose, case=row)[1]:
        give_back(actor, case=row)


@transaction.atomic
def take_anyway(actor: User, *, case: Case) -> None:
    """They were asked, and take it: what they passed on before is theirs again, and it is begun for today."""
    if not (may(actor, Operation.READ_CASES) and reach.sees(actor, case)):
        raise NotFound
    passed_on(actor).filter(Q(case=case) | Q(case__left_by__target=case)).delete()
    note(actor, case=case)


@transaction.atomic
def set_care(actor: Actor, *, row: Care) -> None:
    """Whom staff may talk to, and the firm's limits."""
    require(actor, Operation.CHANGE_CARE)
    said = {field.name: getattr(row, field.name) for field in Care._meta.local_fields if field.name != "id"}
    Care.objects.update_or_create(pk=1, defaults=said)
    details = {
        "counsellor": bool(row.counsellor),
        "verified_on": row.verified_on.isoformat() if row.verified_on else "",
        "daily_minutes": row.daily_minutes,
        "break_after": row.must_minutes,
    }
    record(actor, Event.CARE_CHANGED, subject_kind="care", subject_id="firm", details=details)


def forget() -> int:
    """What is over: counters after some days, clocks after a day, cases passed on that are long closed, who is gone."""
    now = timezone.now()
    oldest = timezone.localdate(now) - timedelta(days=settings.KRAMA_EXPOSURE_DAYS)
    gone = [whose(person) for person in User.objects.filter(is_active=False)]
    count = Exposure.objects.filter(on__lt=oldest).delete()[0]
    count += Watch.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]
    count += PassedOn.objects.filter(case__closed_at__lt=now - AFTER_CLOSING, case__state=Case.State.CLOSED).delete()[0]
    for table in (Exposure, Watch, Choice, PassedOn):
        count += table._default_manager.filter(whose__in=gone).delete()[0]
    return count


def _at_last(name: str, now: datetime) -> Watch:
    """This person's clock, locked, with the time since their last act counted to the case that they were at."""
    watch = Watch.objects.select_for_update().get_or_create(whose=name, defaults={"at": now})[0]
    if watch.grave_seconds or watch.is_grave:  # else nothing ends by a break, and the firm's limits say nothing of it
        watch.grave_seconds = clock.grave_until(watch, care(), now)
    seconds = int(clock.passed(watch, now).total_seconds())
    if seconds:
        at = Exposure.objects.filter(whose=name, case=watch.case_id, on=timezone.localdate(watch.at))
        at.update(seconds=F("seconds") + seconds)
    return watch

# SPDX-License-Identifier: Apache-2.0
"""Reading alarms and the tree: alarms only of cases that the reader may see, and drills, which are everybody's."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from krama.guidelines.live import SKEW
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Role, User
from krama.server.callout.channels.choose import BY
from krama.server.callout.models import Alarm, Call, Channel, Step, Way
from krama.server.callout.sealed import mark_of
from krama.server.cases.models import Case, Regroup, Sensitivity
from krama.server.cases.reach import kept_out, visible
from krama.server.trail.events import Event
from krama.server.trail.models import Entry

LATELY = timedelta(days=1)  # so long a channel that failed is said to be broken
LOOKED = (Event.CASE_VIEWED, Event.CASE_DECIDED, Event.GLASS_BROKEN)


def unheard() -> QuerySet[Case]:
    """Emergencies that are open, and nobody was called for: the rows that this room collects."""
    running = Alarm.objects.filter(case=OuterRef("pk"), ended_at=None)
    return Case.objects.filter(Q(is_emergency=True, state=Case.State.OPEN) & ~Exists(running)).order_by("opened_at")


def running() -> QuerySet[Alarm]:
    return Alarm.objects.filter(ended_at=None)


def due(now: datetime) -> QuerySet[Alarm]:
    """Whose time has come; and what was last moved ahead of now, for then a clock was wrong and nobody waits for it."""
    late = Q(ring_at__lte=now) | Q(hard_at__lte=now) | Q(moved_at__gt=now + SKEW)
    return running().filter(late).order_by("raised_at")


def over() -> QuerySet[Alarm]:
    """Decided, or no emergency any more: nobody needs to be called."""
    return running().filter(~Q(case__state=Case.State.OPEN) | Q(case__is_emergency=False), kind=Alarm.Kind.CASE)


def before_regroup(case: Case) -> Alarm | None:
    """The alarm that ran for what this case came of, when it was put together or taken apart; the oldest."""
    moves = Regroup.objects.filter(target=case).values("source", "at")
    ran = Q(pk__in=[])
    for move in moves:
        ran |= Q(case=move["source"], raised_at__lte=move["at"]) & (Q(ended_at=None) | Q(ended_at__gte=move["at"]))
    return Alarm.objects.filter(ran).select_related("taken_by").order_by("raised_at").first()


def steps() -> QuerySet[Step]:
    """The tree, from the top."""
    ways = Way.objects.select_related("person").order_by("added_at")
    return Step.objects.order_by("place").prefetch_related(Prefetch("ways", queryset=ways))


def may_be_called(person: User, case: Case | None) -> bool:
    """Not whoever is kept out of this case, nor who could not open it: named people only are few."""
    if not person.is_active or person.role == Role.AUDITOR:
        return False
    if case is None:
        return True
    if Case.objects.filter(kept_out(person), pk=case.pk).exists():
        return False
    if not may(person, Operation.READ_CASES):
        return may(person, Operation.BREAK_GLASS)
    return case.sensitivity != Sensitivity.SEALED or visible(person).filter(pk=case.pk).exists()


def opened_since(alarm: Alarm, person: User) -> bool:
    """Has whoever took it looked into the case since it was raised? The trail knows."""
    rows = Entry.objects.filter(subject_kind="case", subject_id=alarm.ref, event__in=LOOKED)
    return rows.filter(actor_id=person.actor_id, at__gte=alarm.raised_at).exists()


def alarms_of(reader: User) -> list[Alarm]:
    """What runs now, of what this reader may see: who is called for most pressing first."""
    known = Q(case__in=visible(reader)) | Q(kind=Alarm.Kind.DRILL)
    return list(running().filter(known).select_related("case", "taken_by").order_by("taken_at", "raised_at"))


def alarm_of_case(case: Case) -> Alarm | None:
    """The newest, whether it runs or not."""
    return Alarm.objects.filter(case=case).select_related("case", "taken_by").order_by("-raised_at").first()


def drills(count: int = 6) -> list[Alarm]:
    """The newest first."""
    rows = Alarm.objects.filter(kind=Alarm.Kind.DRILL).select_related("taken_by", "started_by")
    return list(rows.order_by("-raised_at")[:count])


def call_of(token: str) -> Call | None:
    """The call whose link this is, while it opens something; by a mark, so that no secret is compared in a query."""
    rows = Call.objects.select_related("alarm__case", "alarm__taken_by", "person")
    row = rows.filter(mark=mark_of(token), alarm__isnull=False, until__gt=timezone.now()).first()
    return row if row is not None and row.person.is_active else None


def last_calls(ways: list[Way]) -> dict[object, Call]:
    """The newest call of each way: how it went."""
    rows = Call.objects.filter(way__in=ways).order_by("at")
    return {call.way_id: call for call in rows}


def broken() -> list[Channel]:
    """Channels whose last call within a day did not get through."""
    since = timezone.now() - LATELY
    ended = Call.objects.filter(settled_at__gte=since, state__in=(Call.State.SENT, Call.State.FAILED))
    last = dict(ended.order_by("settled_at").values_list("channel", "state"))  # the newest of each stays
    return [channel for channel in Channel if last.get(channel) == Call.State.FAILED]


def not_set() -> list[Channel]:
    """Channels that somebody is to be called by, and this installation has none of."""
    used = set(Way.objects.values_list("channel", flat=True))
    return [channel for channel in Channel if channel in used and not BY[channel].is_set()]


def has_tree() -> bool:
    return Way.objects.filter(person__is_active=True).exists()


def lead_is_reached() -> bool:
    return Way.objects.filter(person__is_active=True, person__role=Role.LEAD).exists()

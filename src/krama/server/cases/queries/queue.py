# SPDX-License-Identifier: Apache-2.0
"""Reading the queue: who has a case and who is there, saved views, and counts that stop in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from krama.guidelines.live import SKEW
from krama.server.accounts.models import User
from krama.server.cases.models import Case
from krama.server.cases.models.queue import Lease, Presence, Route, SavedView
from krama.server.cases.reach import visible

THERE_FOR = timedelta(minutes=5)  # how long a page that was loaded says that somebody is there
COUNTED = 1_000  # beyond it nobody reads a number, and a million open cases must not be counted for every page


def lease_length() -> timedelta:
    return timedelta(minutes=settings.KRAMA_LEASE_MINUTES)


def in_force(now: datetime, *, of: str = "") -> Q:
    """Leases that hold now (`of`: seen from another table). One further ahead than any was written by a wrong clock."""
    return Q(**{f"{of}until__gt": now, f"{of}until__lte": now + lease_length() + SKEW})


def is_in_force(lease: Lease, now: datetime) -> bool:
    """The same, of a row that was read."""
    return now < lease.until <= now + lease_length() + SKEW


def held_by(person: User) -> QuerySet[Case]:
    """The open cases that this person has now and may still see, the most pressing first."""
    rows = visible(person).filter(in_force(timezone.now(), of="lease__"), lease__holder=person, state=Case.State.OPEN)
    return rows.order_by("-is_emergency", "due_at")


def lease_of(case: Case) -> Lease | None:
    """Who has it now; a lease that ran out is none."""
    return Lease.objects.select_related("holder").filter(in_force(timezone.now()), case=case).first()


def others_there(reader: User, case: Case) -> list[Presence]:
    """Who else loaded this case's page in the last minutes. Ask only for somebody who may see the case."""
    rows = Presence.objects.filter(case=case, at__gt=timezone.now() - THERE_FOR, person__is_active=True)
    return list(rows.exclude(person=reader).select_related("person").order_by("at"))


def views_of(person: User) -> QuerySet[SavedView]:
    """Their own, and what a lead shares."""
    rows = SavedView.objects.filter(Q(owner=person) | Q(is_shared=True)).select_related("owner")
    return rows.order_by("is_shared", "name")


def routes() -> list[Route]:
    """The rules in force, in their order; a unit that is closed gets nothing."""
    rows = Route.objects.filter(retired_at=None, unit__is_active=True).select_related("unit")
    return list(rows.order_by("place", "pk"))


def counted(rows: QuerySet[Any]) -> int:
    """How many, up to COUNTED."""
    return rows.order_by()[:COUNTED].count()


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages of the queue: as many as anybody turns."""

    @cached_property
    def count(self) -> int:
        return counted(self.object_list)  # type: ignore[arg-type]

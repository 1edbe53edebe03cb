# SPDX-License-Identifier: Apache-2.0
"""Reading what is sealed, and what the clocks say."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from krama.sealing import unseal
from krama.server.compartments.actions.make import key_of
from krama.server.compartments.models import Compartment, Destruction, Hold, Opening
from krama.server.compartments.schedule import schedule

WARNING = timedelta(days=30)


def read(compartment: Compartment | None, sealed: bytes | memoryview | None, *place: object) -> bytes | None:
    """The plain bytes; None where nothing was sealed or the compartment was destroyed."""
    if compartment is None or compartment.destroyed_at is not None or not sealed:
        return None
    return unseal(key_of(compartment), bytes(sealed), *place)


def held(now: datetime) -> QuerySet[Compartment]:
    """What a hold keeps, whatever the schedule says."""
    running = Hold.objects.filter(released_at=None, until__gt=now)
    return Compartment.objects.filter(holds__in=running).distinct()


def due(now: datetime) -> list[tuple[Compartment, str]]:
    """What would go now, and why: its time has come, and no hold keeps it."""
    found: list[tuple[Compartment, str]] = []
    kept = set(held(now).values_list("pk", flat=True))
    for line in schedule().values():
        rows = Compartment.objects.filter(
            destroyed_at=None, kind=line.kind, clock_from__lte=now - timedelta(days=line.days)
        )
        why = f"{line.days} days after its matter was closed ({line.source}): {line.en}"
        found += [(row, why[:300]) for row in rows.order_by("clock_from") if row.pk not in kept]
    return found


def holds_that_end(now: datetime) -> QuerySet[Hold]:
    """A warning 30 days before a hold ends: extend it, or let it end knowingly."""
    return Hold.objects.filter(released_at=None, until__gt=now, until__lte=now + WARNING).order_by("until")


def holds_running(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(released_at=None, until__gt=now).order_by("until")


def unfinished() -> QuerySet[Destruction]:
    """The key is gone; rows or files are not yet."""
    return Destruction.objects.filter(finished_at=None).order_by("at")


def openings_of(person_id: str, scope: str, now: datetime) -> dict[UUID, datetime]:
    """What this person has open in this case at this moment, and until when."""
    rows = Opening.objects.filter(person_id=person_id, pseudonym__scope=scope, until__gt=now)
    return {row.pseudonym_id: row.until for row in rows.order_by("until")}


def openings_since(since: datetime) -> QuerySet[Opening]:
    """The officer's daily list, newest first."""
    return Opening.objects.filter(at__gte=since).select_related("pseudonym").order_by("-at")


def to_review() -> QuerySet[Opening]:
    """Broken glass that nobody has looked at yet: an alarm until somebody does."""
    return Opening.objects.filter(is_emergency=True, reviewed_at=None).select_related("pseudonym").order_by("at")

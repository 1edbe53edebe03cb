# SPDX-License-Identifier: Apache-2.0
"""Writing the outbox: put, lease, settle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from krama.server.outbox.models import Beat, Task

LEASE = timedelta(seconds=60)
# Standard Webhooks' schedule: 0 s, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h; then a person must look.
DELAYS = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
KEPT = timedelta(days=3)
FARTHEST = timedelta(days=2)  # nothing is put off longer: what is further ahead was written by a wrong clock


def put(kind: str, payload: dict[str, Any], *, at: datetime | None = None) -> Task:
    """Want something done. Call it inside the transaction that decides it."""
    return Task.objects.create(kind=kind, payload=payload, next_at=at or timezone.now())


def lease() -> Task | None:
    """Take one due task for a minute; a task whose worker died is due again when its lease ends."""
    now = timezone.now()
    is_time = Q(next_at__lte=now) | Q(next_at__gt=now + FARTHEST)
    is_free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + FARTHEST)
    due = Q(state=Task.State.WAITING) & is_time & is_free
    if not Task.objects.filter(due).exists():  # no write transaction just to look
        return None
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        rows = Task.objects.select_for_update(skip_locked=skip).filter(due).order_by("next_at")
        task = rows.first()
        if task:
            task.leased_until, task.attempts = now + LEASE, task.attempts + 1
            task.save(update_fields=["leased_until", "attempts"])
        return task


def done(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(state=Task.State.DONE, leased_until=None, last_error="")


def failed(task: Task, code: str, *, permanent: bool) -> None:
    """Try again later by the schedule, or give up and leave the row for a person to see."""
    give_up = permanent or task.attempts > len(DELAYS)
    delay = timedelta() if give_up else DELAYS[task.attempts - 1]
    Task.objects.filter(pk=task.pk).update(
        state=Task.State.GIVEN_UP if give_up else Task.State.WAITING,
        leased_until=None,
        next_at=timezone.now() + delay,
        last_error=code[:200],
    )


def beat(name: str) -> None:
    Beat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def take_turn(name: str, *, every: timedelta) -> bool:
    """True for whoever comes first after `every` has passed; everybody else gets False. Kept as a beat.

    A turn that was taken further ahead than `every` was taken by a wrong clock: nobody waits for that.
    """
    now = timezone.now()
    taken = Beat.objects.filter(name=name, at__gt=now - every, at__lte=now + every)
    if taken.exists():  # no write transaction just to look
        return False
    if Beat.objects.filter(Q(at__lte=now - every) | Q(at__gt=now + every), name=name).update(at=now):
        return True
    return Beat.objects.get_or_create(name=name, defaults={"at": now})[1]


def sweep() -> int:
    """Remove what was done some days ago."""
    return Task.objects.filter(state=Task.State.DONE, created_at__lt=timezone.now() - KEPT).delete()[0]

# SPDX-License-Identifier: Apache-2.0
"""Which open items show near the same content, so that one look is enough for all of them.

Near is: the same content by its keyed hash, or PDQ within Meta's distance. Everything in a cluster is near its first
one, never only near a neighbour: a chain of small steps must not lead from one picture to another.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from krama.server.cases.firsts import Firsts, pdq_of
from krama.server.cases.models import Case, Item
from krama.server.cases.models.queue import Near
from krama.server.outbox.models import Beat

BATCH = 500
_firsts = Firsts()  # one comparing round at a time holds the beat, in whichever process


def await_near(item: Item) -> None:
    """An item that joined is compared by the next round: whoever collects does not wait for it."""
    if item.detection is not None and (item.detection.content_key or pdq_of(item.detection)):
        Near.objects.create(item=item)


def compare_waiting() -> int:
    """Put what joined into clusters; one at a time, for two that compare at once would make two of one."""
    if not Near.objects.filter(cluster=None).exists():
        return 0
    with transaction.atomic():
        Beat.objects.get_or_create(name="cases.alike", defaults={"at": timezone.now()})
        Beat.objects.select_for_update().get(name="cases.alike")
        waiting = Near.objects.filter(cluster=None).select_related("item__detection")[:BATCH]
        rows = sorted(waiting, key=lambda row: row.item.joined_at)
        for row in rows:
            _place(row)
        return len(rows)


def _place(row: Near) -> None:
    """Into the cluster of the same content, else of the nearest first picture, else into one of its own."""
    found = row.item.detection
    assert found is not None
    row.cluster = _of_content(found.content_key) or _of_look(pdq_of(found))
    if row.cluster is None:
        last = Near.objects.aggregate(last=Max("number"))["last"] or 0
        row.cluster, row.number = uuid4(), last + 1
    row.save(update_fields=["cluster", "number"])


def _of_content(key: str) -> UUID | None:
    same = Near.objects.filter(item__detection__content_key=key).exclude(cluster=None) if key else Near.objects.none()
    return _still_open(same).values_list("cluster", flat=True).first()


def _of_look(pdq: str) -> UUID | None:
    _firsts.refresh()
    near = _firsts.near(pdq)[:BATCH]
    still = set(_still_open(Near.objects.filter(cluster__in=near)).values_list("cluster", flat=True)) if near else set()
    return next((one for one in near if one in still), None)


def _still_open(rows: QuerySet[Near]) -> QuerySet[Near]:
    """With something left to decide."""
    return rows.filter(item__decision=None, item__case__state=Case.State.OPEN)

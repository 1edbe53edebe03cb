# SPDX-License-Identifier: Apache-2.0
"""Which open items show near the same content, so that one look is enough for all of them.

Near is: the same content by its keyed hash, or PDQ within Meta's distance. Everything in a cluster is near its first
one, never only near a neighbour: a chain of small steps must not lead from one picture to another.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.server.cases.models import Case, Item
from krama.server.cases.models_queue import Near
from krama.server.detections.models import Detection
from krama.server.outbox.models import Beat
from krama.signals import LEAST_QUALITY, PDQ_RADIUS, HashList, Index, Signal, SignalType

BATCH = 500
FIRST = HashList("Firsts of clusters", owner="Krama", legal_basis="Open cases", radius=PDQ_RADIUS)


def await_near(item: Item) -> None:
    """An item that joined is compared by the next round: whoever collects does not wait for it."""
    if item.detection is not None and (item.detection.content_key or pdq_of(item.detection)):
        Near.objects.create(item=item)


def pdq_of(row: Detection) -> str:
    """Empty where there is none, or where the picture is too flat for it to say anything."""
    quality = row.content.get("pdq_quality")
    return row.content.get("pdq") or "" if quality is None or quality >= LEAST_QUALITY else ""


def compare_waiting() -> int:
    """Put what joined into clusters; one at a time, for two that compare at once would make two of one."""
    if not Near.objects.filter(cluster=None).exists():
        return 0
    with transaction.atomic():
        Beat.objects.get_or_create(name="cases.alike", defaults={"at": timezone.now()})
        Beat.objects.select_for_update().get(name="cases.alike")
        waiting = Near.objects.filter(cluster=None).select_related("item__detection")[:BATCH]
        rows = sorted(waiting, key=lambda row: row.item.joined_at)
        _compare(rows)
        return Near.objects.bulk_update(rows, ["cluster", "leads"])


def _compare(rows: list[Near]) -> None:
    firsts = {row.cluster: row.item.detection for row in _firsts() if row.cluster and row.item.detection}
    of_content = {found.content_key: cluster for cluster, found in firsts.items() if found.content_key}
    near = Index.of([(FIRST, [_signal(cluster, found) for cluster, found in firsts.items() if pdq_of(found)])])
    fresh: list[Signal] = []
    for row in rows:
        found = row.item.detection
        assert found is not None
        cluster = of_content.get(found.content_key) or _nearest(near, found) or _nearest(_index(fresh), found)
        row.cluster, row.leads = cluster or uuid4(), cluster is None
        if cluster is None:
            of_content.setdefault(found.content_key, row.cluster)
            fresh += [_signal(row.cluster, found)] if pdq_of(found) else []


def _firsts() -> list[Near]:
    """The first of every cluster that still has something to decide."""
    still = Item.objects.filter(decision=None, case__state=Case.State.OPEN).exclude(near__cluster=None)
    rows = Near.objects.filter(leads=True, cluster__in=still.values("near__cluster"))
    return list(rows.select_related("item__detection"))


def _index(signals: list[Signal]) -> Index:
    return Index.of([(FIRST, signals)])


def _signal(cluster: UUID, found: Detection) -> Signal:
    return Signal(SignalType.PDQ, pdq_of(found), source_ref=str(cluster))


def _nearest(index: Index, found: Detection) -> UUID | None:
    if not pdq_of(found) or not len(index):
        return None
    hits = index.find(SignalType.PDQ, pdq_of(found), now=timezone.now())
    return UUID(hits[0].signal.source_ref) if hits else None

# SPDX-License-Identifier: Apache-2.0
"""Reading clusters of like items: of the open cases that the reader may see, and of no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from krama.server.cases.firsts import pdq_of
from krama.server.cases.models import Case, Item
from krama.server.cases.models.queue import Near
from krama.server.cases.queries.case import items_of
from krama.server.cases.reach import visible

MOST = 100  # as many as somebody can answer for with one look


@dataclass(frozen=True)
class Member:
    """One case of a cluster. `is_whole`: all that is open in it is of this cluster, so one look sees all of it."""

    case: Case
    items: list[Item]  # what is open in it
    is_whole: bool
    distance: int | None  # bits between its picture and the first one; None where that says nothing


def clusters_of(reader: object, cases: Iterable[Case]) -> dict[UUID, tuple[UUID, int]]:
    """By case: its cluster, and how many open cases of it the reader may see. Only where there are several."""
    undecided = Item.objects.filter(decision=None).exclude(near__cluster=None)
    of_these = undecided.filter(case__in=[case.pk for case in cases])
    mine = {case: cluster for case, cluster in of_these.values_list("case", "near__cluster") if cluster}
    rows = visible(reader).filter(
        state=Case.State.OPEN, items__decision=None, items__near__cluster__in=set(mine.values())
    )
    counts = dict(rows.values_list("items__near__cluster").annotate(n=Count("pk", distinct=True))) if mine else {}
    return {case: (cluster, counts[cluster]) for case, cluster in mine.items() if counts.get(cluster, 0) > 1}


def is_elsewhere(case: Case, clusters: set[UUID | None]) -> bool:
    """Is something of these clusters in another case at all? Most often not, and it is quickly said."""
    return bool(clusters) and Near.objects.filter(cluster__in=clusters).exclude(item__case=case).exists()


def members(reader: object, cluster: UUID) -> list[Member]:
    """What is due first on top."""
    of_it = Item.objects.filter(decision=None, near__cluster=cluster).values_list("case", flat=True)
    rows = visible(reader).filter(pk__in=set(of_it), state=Case.State.OPEN).select_related("lease__holder")
    first = Near.objects.filter(cluster=cluster, number__isnull=False).select_related("item__detection").first()
    pdq = pdq_of(first.item.detection) if first and first.item.detection else ""
    return [_member(case, cluster, pdq) for case in rows.order_by("-is_emergency", "due_at")[:MOST]]


def _member(case: Case, cluster: UUID, first: str) -> Member:
    items = [item for item in items_of(case).select_related("near") if item.decision_id is None]
    of_it = [item for item in items if getattr(getattr(item, "near", None), "cluster", None) == cluster]
    pictures = [pdq_of(item.detection) for item in of_it if item.detection]
    far = [_bits(first, one) for one in pictures if first and one]
    return Member(case, items, len(of_it) == len(items), max(far, default=None))


def _bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()

# SPDX-License-Identifier: Apache-2.0
"""Reading proposals: grouped by the place they stand in, and what a later scan did not find any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from krama.server.confidentiality.models import Proposal, Scan


@dataclass(frozen=True)
class Place:
    """One table or path of one source."""

    source: str
    place: str
    count: int


def places() -> list[Place]:
    """Where something waits, in order."""
    rows = Proposal.objects.filter(state=Proposal.State.WAITING, gone_at=None)
    counted = rows.values("source", "place").annotate(count=Count("pk")).order_by("source", "place")
    return [Place(row["source"], row["place"], row["count"]) for row in counted]


def waiting_at(places: Iterable[Place]) -> list[tuple[Place, list[Proposal]]]:
    """The proposals of these places, the surest first."""
    rows = Proposal.objects.filter(state=Proposal.State.WAITING, gone_at=None)
    return [
        (one, list(rows.filter(source=one.source, place=one.place).order_by("-confidence", "field"))) for one in places
    ]


def gone() -> QuerySet[Proposal]:
    """In the register, and not in the schema any more: the line should be looked at."""
    rows = Proposal.objects.filter(state=Proposal.State.ACCEPTED, line__ended_at=None)
    return rows.exclude(gone_at=None).select_related("line").order_by("source", "place", "field")


def dismissed() -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(state=Proposal.State.DISMISSED).select_related("decided_by")
    return rows.order_by("-decided_at", "pk")


def last_scan() -> Scan | None:
    return Scan.objects.select_related("by").order_by("-at").first()

# SPDX-License-Identifier: Apache-2.0
"""Reading lists."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet

from krama.errors import NotFound
from krama.server.lists.models import List, ListedSignal, Publication
from krama.signals import Action, HashList, SeverityCode, Signal, SignalType


def lists() -> QuerySet[List]:
    """Every list with `live`: its signals that are not withdrawn."""
    live = Count("signals", filter=Q(signals__withdrawn_at=None))
    return List.objects.annotate(live=live).order_by("name")


def by_name(name: str) -> List:
    row = List.objects.filter(name=name).first()
    if row is None:
        known = ", ".join(List.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        raise NotFound(f"There is no list called {name!r}; the lists are: {known}.")
    return row


def latest_publication() -> Publication | None:
    return Publication.objects.order_by("-at").first()


def as_library(row: List) -> HashList:
    return HashList(
        name=row.name,
        owner=row.owner,
        legal_basis=row.legal_basis,
        labels=tuple(row.labels),
        action=Action(row.action),
        radius=row.radius,
    )


def signals_of(row: List) -> Iterator[Signal]:
    """Every signal of a list, withdrawn ones too, in the library's form; streamed."""
    for signal in ListedSignal.objects.filter(list=row).order_by("pk").iterator(chunk_size=5_000):
        severity = SeverityCode(signal.scheme, signal.scheme_version, signal.code) if signal.code else None
        yield Signal(
            type=SignalType(signal.type),
            value=signal.value,
            labels=tuple(signal.labels),
            severity=severity,
            source_ref=signal.source_ref,
            added=signal.added_at,
            expires=signal.expires_at,
            withdrawn=signal.withdrawn_at,
        )

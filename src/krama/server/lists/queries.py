# SPDX-License-Identifier: Apache-2.0
"""Reading lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from krama.errors import NotFound
from krama.server.lists.models import List, ListedSignal, Publication
from krama.signals import Action, HashList, SeverityCode, Signal, SignalType

TYPES = {kind.value: kind for kind in SignalType}
FACTS = (
    "type", "value", "labels", "scheme", "scheme_version", "code", "source_ref",
    "added_at", "expires_at", "withdrawn_at",
)  # fmt: skip


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
    rows = ListedSignal.objects.filter(list=row).order_by("pk").values_list(*FACTS)  # no object of each: millions come
    for facts in rows.iterator(chunk_size=5_000):
        yield as_signal(*facts)


def as_signal(
    type: str,
    value: str,
    labels: list[str],
    scheme: str,
    scheme_version: str,
    code: str,
    source_ref: str,
    added_at: datetime,
    expires_at: datetime | None,
    withdrawn_at: datetime | None,
) -> Signal:
    """Of what `FACTS` names."""
    severity = SeverityCode(scheme, scheme_version, code) if code else None
    return Signal(TYPES[type], value, tuple(labels), severity, source_ref, added_at, expires_at, withdrawn_at)


def changed(active: Iterable[List], *, since: datetime, but_all_of: Iterable[List]) -> QuerySet[ListedSignal]:
    """Signals added, changed or withdrawn since then; of the lists `but_all_of`, every one."""
    return ListedSignal.objects.filter(Q(list__in=but_all_of) | Q(list__in=active, changed_at__gt=since))

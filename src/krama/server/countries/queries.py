# SPDX-License-Identifier: Apache-2.0
"""What holds in this country now: the pack that came with Krama, with the changes that two people made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from krama.countries import Change as NewFields
from krama.countries import Pack, Stale, changed, country, load_plain, plain, stale, with_days
from krama.errors import NotFound
from krama.server.countries.models import Change, KeptPack
from krama.server.web.wording import corrected
from krama.text import BadEntry


def pack() -> Pack:
    """The pack in force; its version grows with each accepted change."""
    return corrected(_now()[1])


def pack_at(version: int) -> Pack:
    """The pack as it was in that version; `NotFound` when this home never had it."""
    now = _now()[1]
    if version == now.version:
        return corrected(now)
    kept = KeptPack.objects.filter(version=version).first()
    if kept is None:
        raise NotFound(f"Version {version} of the country's facts was never in force here.")
    return corrected(load_plain(with_days(kept.body)))


def raw_now() -> Mapping[str, Any]:
    """The pack in force as plain values; read it, never write into it."""
    return _now()[0]


def amber(today: date) -> tuple[Stale, ...]:
    """What a person must look at again, in the pack's order."""
    return stale(pack(), today)


def waiting() -> QuerySet[Change]:
    """Proposals that wait for a second person, the oldest first."""
    return Change.objects.filter(state=Change.State.PROPOSED).select_related("proposed_by").order_by("proposed_at")


def accepted() -> QuerySet[Change]:
    """Every accepted change, in the order in which they made versions."""
    return Change.objects.filter(state=Change.State.ACCEPTED).order_by("made")


def of_entry(group: str, entry: str) -> QuerySet[Change]:
    """What was proposed for one entry, the newest first."""
    rows = Change.objects.filter(group=group, entry=entry).select_related("proposed_by", "decided_by")
    return rows.order_by("-proposed_at")


def left_out() -> list[Change]:
    """Accepted changes that the pack of this Krama cannot take any more; somebody should look at them."""
    return [row for row, took in _laid(country().version, _last()) if not took]


def _last() -> str:
    last = accepted().reverse().values_list("pk", flat=True).first()
    return str(last or "")


def _now() -> tuple[dict[str, Any], Pack]:
    return _made(country().version, _last())


@lru_cache(maxsize=4)
def _made(shipped: int, last: str) -> tuple[dict[str, Any], Pack]:
    """Cached by what decides it: the shipped version and the last accepted change."""
    raw, found = plain(), country()
    rows = list(accepted()) if last else []
    for row in rows:
        try:
            raw, found = changed(raw, NewFields(row.group, row.entry, row.fields))
        except BadEntry:
            continue  # the shipped pack moved on beneath it; `left_out` says so
    version = shipped + len(rows)
    raw["country"] = {**raw["country"], "version": version}
    return raw, replace(found, version=version)


@lru_cache(maxsize=4)
def _laid(shipped: int, last: str) -> list[tuple[Change, bool]]:
    return list(_tried()) if last else []


def _tried() -> Iterator[tuple[Change, bool]]:
    raw = plain()
    for row in accepted():
        try:
            raw, _ = changed(raw, NewFields(row.group, row.entry, row.fields))
        except BadEntry:
            yield row, False
        else:
            yield row, True

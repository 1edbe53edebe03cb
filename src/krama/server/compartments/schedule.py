# SPDX-License-Identifier: Apache-2.0
"""The retention schedule: what Krama brings, and what the firm changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import QuerySet

from krama.server.compartments.models import Compartment, Hold, Kind, Period, PeriodChange


@dataclass(frozen=True)
class Line:
    """One kind: how many days after its matter closed, and the reason in both languages."""

    kind: Kind
    days: int
    en: str
    km: str
    source: str


@cache
def shipped() -> dict[str, Line]:
    facts: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "retention.yaml").read_text())["kinds"]
    return {
        kind: Line(Kind(kind), line["days"], line["en"], line["km"], line["source"]) for kind, line in facts.items()
    }


def schedule() -> dict[str, Line]:
    """What holds now, by kind."""
    changed = {row.kind: row for row in Period.objects.all()}
    return {
        kind: Line(line.kind, row.days, row.reason, row.reason, "firm") if (row := changed.get(kind)) else line
        for kind, line in shipped().items()
    }


def ends(compartment: Compartment, days: int) -> datetime | None:
    """When its time has come; None while its matter is open."""
    return compartment.clock_from + timedelta(days=days) if compartment.clock_from else None


def changes() -> QuerySet[PeriodChange]:
    """What was said of the periods, the newest first."""
    return PeriodChange.objects.order_by("-proposed_at")


def would_go(kind: str, days: int, now: datetime) -> int:
    """How many would be due at once under this period; what is held is not among them."""
    running = Hold.objects.filter(released_at=None, until__gt=now)
    ripe = Compartment.objects.filter(kind=kind, destroyed_at=None, clock_from__lte=now - timedelta(days=days))
    return ripe.exclude(holds__in=running).distinct().count()

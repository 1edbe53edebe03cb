# SPDX-License-Identifier: Apache-2.0
"""Reading detections."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, QuerySet, Sum

from krama.server.compartments.queries import read
from krama.server.detections.models import DailyCount, Detection


def waiting() -> QuerySet[Detection]:
    """What a higher room has not collected yet, oldest first. Notes of `observe` lists are nobody's case."""
    return Detection.objects.filter(collected_at=None).exclude(verdict=Detection.Verdict.ALLOW).order_by("at")


def noted() -> QuerySet[Detection]:
    """Notes of `observe` lists that still lie as they were sealed at the door."""
    return Detection.objects.filter(collected_at=None, verdict=Detection.Verdict.ALLOW).order_by("at")


def firm_ids(detection: Detection) -> dict[str, str]:
    """The firm's own ids of what was scanned; empty before it is collected, and after its compartment is destroyed."""
    if detection.door_version is not None:
        return {}
    plain = read(detection.compartment, detection.sealed_ids, *place_of(detection.pk))
    return dict(json.loads(plain)) if plain else {}


def place_of(pk: UUID) -> tuple[str, UUID, str]:
    """Where its ids are sealed: nowhere else do they open."""
    return ("detection", pk, "firm_ids")


def scanned_on(day: date) -> int:
    return DailyCount.objects.filter(day=day).aggregate(total=Sum("count"))["total"] or 0


def last_scan() -> datetime | None:
    """When the last scan was, whatever it found."""
    last: datetime | None = DailyCount.objects.aggregate(last=Max("last_at"))["last"]
    return last

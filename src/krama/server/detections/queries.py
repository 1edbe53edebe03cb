# SPDX-License-Identifier: Apache-2.0
"""Reading detections."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, QuerySet, Sum

from krama.server.detections.models import DailyCount, Detection


def waiting() -> QuerySet[Detection]:
    """What a higher room has not collected yet, oldest first. Notes of `observe` lists are nobody's case."""
    return Detection.objects.filter(collected_at=None).exclude(verdict=Detection.Verdict.ALLOW).order_by("at")


def scanned_on(day: date) -> int:
    return DailyCount.objects.filter(day=day).aggregate(total=Sum("count"))["total"] or 0


def last_scan() -> datetime | None:
    """When the last scan was, whatever it found."""
    last: datetime | None = DailyCount.objects.aggregate(last=Max("last_at"))["last"]
    return last

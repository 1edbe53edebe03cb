# SPDX-License-Identifier: Apache-2.0
"""Reading detections."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet, Sum, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from krama.server.compartments.queries import read
from krama.server.detections.models import HASHES, DailyCount, Detection

AGAIN = timedelta(minutes=10)  # when what could not be collected is tried again


def waiting() -> QuerySet[Detection]:
    """What a higher room has not collected yet, oldest first. Notes of `observe` lists are nobody's case."""
    return _uncollected().exclude(verdict=Detection.Verdict.ALLOW)


def set_aside() -> QuerySet[Detection]:
    """What could not be collected: an alarm until it can."""
    return Detection.objects.filter(collected_at=None, set_aside_at__isnull=False)


def noted() -> QuerySet[Detection]:
    """Notes of `observe` lists that still lie as they were sealed at the door."""
    return _uncollected().filter(verdict=Detection.Verdict.ALLOW)


def _uncollected() -> QuerySet[Detection]:
    """What was set aside comes last, and only after a while."""
    fit = Q(set_aside_at=None) | Q(set_aside_at__lt=timezone.now() - AGAIN)
    return Detection.objects.filter(fit, collected_at=None).order_by(F("set_aside_at").asc(nulls_first=True), "at")


def begins_with(start: str) -> QuerySet[Detection]:
    """Those of whose content a hash begins so; `start` is of hexadecimal digits, small ones."""
    # Cast, for Django would read a text that is compared on SQLite as JSON.
    of_kind = [Cast(KeyTextTransform(kind, "content"), TextField()) for kind in HASHES]
    found = Detection.objects.alias(**dict(zip(HASHES, of_kind, strict=True)))
    # As a stretch, which an index answers whatever order the database's language puts letters in: g follows f.
    each = [Q(**{f"{kind}__gte": start, f"{kind}__lt": f"{start}g"}) for kind in HASHES]
    return found.filter(reduce(or_, each))


def firm_ids(detection: Detection) -> dict[str, str]:
    """The firm's own ids of what was scanned; empty before it is collected, and after its compartment is destroyed."""
    if detection.door_version is not None:
        return {}
    plain = read(detection.compartment, detection.sealed_ids, *place_of(detection.pk))
    return dict(json.loads(plain)) if plain else {}


def is_exact(match: dict[str, Any]) -> bool:
    """A copy of listed material, byte for byte or address for address; a perceptual hash is never exact."""
    return bool(match["signal_type"] != "pdq")


def place_of(pk: UUID) -> tuple[str, UUID, str]:
    """Where its ids are sealed: nowhere else do they open."""
    return ("detection", pk, "firm_ids")


def scanned_on(day: date) -> int:
    return DailyCount.objects.filter(day=day).aggregate(total=Sum("count"))["total"] or 0


def last_scan() -> datetime | None:
    """When the last scan was, whatever it found."""
    last: datetime | None = DailyCount.objects.aggregate(last=Max("last_at"))["last"]
    return last

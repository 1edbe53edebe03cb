# SPDX-License-Identifier: Apache-2.0
"""What becomes of detections: the row stays for the figures; ids, hashes and keyed hashes go."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from krama.server.compartments.actions.identity import forget
from krama.server.compartments.registry import Fate, What, declare, erases, waits_at_door
from krama.server.detections.models import Detection

declare(
    {
        "detections.Detection": Fate(What.REDACTED, "Day and verdict stay; what names anybody goes.", ("sealed_ids",)),
        "detections.DailyCount": Fate(What.KEPT, "Numbers of a day."),
        "detections.GateCount": Fate(What.KEPT, "Numbers of a day, by process of a gate."),
    }
)


@erases("detections")
def erase(compartment: UUID) -> int:
    rows = Detection.objects.filter(compartment=compartment)
    hashes = {one for row in rows.values_list("account_key", "firm_id_key") for one in row if one}
    count = rows.update(
        sealed_ids=None, content={}, matches=[], content_key="", firm_id_key="", account_key="", key_name=""
    )
    forget(hashes - _still_used(hashes))
    return count


def _still_used(hashes: set[str]) -> set[str]:
    """Another detection, not destroyed, speaks of the same account or content."""
    left = Detection.objects.filter(Q(account_key__in=hashes) | Q(firm_id_key__in=hashes))
    return {one for row in left.values_list("account_key", "firm_id_key") for one in row}


@waits_at_door("detections")
def at_the_door() -> set[int]:
    rows = Detection.objects.filter(door_version__isnull=False)
    return {version for version in rows.values_list("door_version", flat=True).distinct() if version is not None}

# SPDX-License-Identifier: Apache-2.0
"""What becomes of detections: the row stays for the figures; ids, hashes and keyed hashes go."""

from __future__ import annotations

from uuid import UUID

from krama.server.compartments.registry import Fate, What, declare, erases, waits_at_door
from krama.server.detections.models import Detection

declare(
    {
        "detections.Detection": Fate(What.REDACTED, "Day and verdict stay for the figures; what names anybody goes."),
        "detections.DailyCount": Fate(What.KEPT, "Numbers of a day."),
    }
)


@erases("detections")
def erase(compartment: UUID) -> int:
    return Detection.objects.filter(compartment=compartment).update(
        sealed_ids=None, content={}, matches=[], content_key="", firm_id_key="", account_key="", key_name=""
    )


@waits_at_door("detections")
def at_the_door() -> set[int]:
    rows = Detection.objects.filter(door_version__isnull=False)
    return {version for version in rows.values_list("door_version", flat=True).distinct() if version is not None}

# SPDX-License-Identifier: Apache-2.0
"""Impact assessments: what the newest one covers, and whether the register has moved on since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from krama.errors import NotFound
from krama.server.confidentiality.models import Impact
from krama.server.confidentiality.queries.register import Shown


def impacts() -> QuerySet[Impact]:
    """All, the newest first."""
    return Impact.objects.select_related("written_by", "approved_by").order_by("-number")


def impact_of(number: int) -> Impact:
    found = impacts().filter(number=number).first()
    if found is None:
        raise NotFound("There is no impact assessment of that number.")
    return found


def approved() -> Impact | None:
    """The newest that another person approved."""
    return impacts().exclude(approved_at=None).first()


def uncovered(covers: dict[str, int], held: Sequence[Shown]) -> list[Shown]:
    """Lines that it does not know, or that have changed in weight since."""
    return [one for one in held if covers.get(str(one.row.pk), 0) < one.row.weighty_version]


def untreated(facts: list[dict[str, Any]]) -> list[str]:
    """Names of lines of high risk of which nobody says what is done about it."""
    return [one["name"] for one in facts if one["risk"]["level"] == "high" and not one["measures"]]

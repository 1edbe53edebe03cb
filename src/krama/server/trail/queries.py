# SPDX-License-Identifier: Apache-2.0
"""Reading the trail."""

from __future__ import annotations

from django.db.models import QuerySet

from krama.server.trail.models import Entry, TreeHead


def entries() -> QuerySet[Entry]:
    """Newest first; what has no place yet stands above."""
    return Entry.objects.order_by("-at", "-position")


def entries_about(subject_kind: str, subject_id: object) -> QuerySet[Entry]:
    """One subject's entries, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)).order_by("at", "position")


def head() -> TreeHead | None:
    return TreeHead.objects.order_by("-size").first()

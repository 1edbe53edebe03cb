# SPDX-License-Identifier: Apache-2.0
"""Reading the trail."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from krama.server.trail.models import Entry, TreeHead


def entries() -> QuerySet[Entry]:
    """Newest first; what has no place yet stands above."""
    return Entry.objects.order_by("-at", "-position")


def entries_about(*subjects: tuple[str, object]) -> QuerySet[Entry]:
    """The entries of all these subjects (kind, id), oldest first."""
    by_kind: dict[str, list[str]] = {}
    for kind, pk in subjects:
        by_kind.setdefault(kind, []).append(str(pk))
    each = [Q(subject_kind=kind, subject_id__in=ids) for kind, ids in by_kind.items()]
    found = Entry.objects.filter(reduce(or_, each)) if each else Entry.objects.none()
    return found.order_by("at", "position")


def head() -> TreeHead | None:
    return TreeHead.objects.order_by("-size").first()

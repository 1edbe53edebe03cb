# SPDX-License-Identifier: Apache-2.0
"""Reading measures."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from krama.server.cases.models import Case
from krama.server.measures.models import Measure


def of_case(case: Case) -> QuerySet[Measure]:
    return Measure.objects.filter(item__case=case).select_related("item").order_by("ordered_at")


def overdue() -> QuerySet[Measure]:
    """Not confirmed as done when it was due: an alarm."""
    return Measure.objects.exclude(state=Measure.State.DONE).filter(due_at__lt=timezone.now())


def failed() -> QuerySet[Measure]:
    return Measure.objects.filter(state=Measure.State.FAILED)

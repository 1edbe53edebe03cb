# SPDX-License-Identifier: Apache-2.0
"""Cases that something left: called illegal by a decision, or an identity opened to be handed over."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from krama.server.cases.gates import HANDED_OVER
from krama.server.cases.models import Case, Decision, Layer, Outcome
from krama.server.compartments.models import Opening


def something_left(since: datetime) -> list[Case]:
    """Since then, and only where somebody spoke of the other person: nothing else can be on the peer path."""
    opened = Opening.objects.filter(purpose__in=HANDED_OVER, at__gt=since)
    refs = {scope.partition(":")[2] for scope in opened.values_list("pseudonym__scope", flat=True)}
    called_illegal = Decision.objects.filter(
        case=OuterRef("pk"), outcome=Outcome.CONFIRM, layer=Layer.LAW, at__gt=since
    )
    spoken_of = Q(peer_marks__isnull=False) | Q(items__report__parts__question="peer")
    rows = Case.objects.filter(Q(ref__in=refs) | Q(Exists(called_illegal))).filter(spoken_of)
    return list(rows.select_related("compartment").distinct())

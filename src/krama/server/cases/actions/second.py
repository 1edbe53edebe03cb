# SPDX-License-Identifier: Apache-2.0
"""A second look at a decision: at the gravest that were confirmed, and at exact matches that were dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from krama.server.cases.actions import looks
from krama.server.cases.models import Case, Decision, Item, Look, Outcome, Severity
from krama.server.detections.models import Detection
from krama.server.detections.queries import is_exact
from krama.server.trail.actor import Actor


def ask_second(actor: Actor, decision: Decision, items: Sequence[Item]) -> None:
    """In the decision's transaction. What waits for a second person is not carried out until they agree."""
    kind = asked_for(decision.case, Outcome(decision.outcome), items)
    if kind is None:
        return
    look = looks.ask(actor, kind=kind, case=decision.case, subject=decision.pk)
    if look.state == Look.State.WAITING:
        Decision.objects.filter(pk=decision.pk).update(carried_at=timezone.now())  # nothing is to be ordered yet


def asked_for(case: Case, outcome: Outcome, items: Sequence[Item]) -> Look.Kind | None:
    """Which second look such a decision asks for, if any."""
    if outcome == Outcome.CONFIRM:
        return Look.Kind.CONFIRM if case.severity == Severity.CRITICAL else None
    found = Detection.objects.filter(pk__in=[item.detection_id for item in items]).values_list("matches", flat=True)
    return Look.Kind.DISMISS if any(is_exact(match) for matches in found for match in matches) else None

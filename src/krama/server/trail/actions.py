# SPDX-License-Identifier: Apache-2.0
"""Writing the trail: in the writer's own transaction, without a position (see sequencer.py)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.models import Entry


def record(
    actor: Actor,
    event: Event,
    *,
    subject_kind: str,
    subject_id: object,
    details: Mapping[str, object] | None = None,
) -> Entry:
    """One entry. Details hold references and counts, never words of a child, names or addresses."""
    return Entry.objects.create(
        at=timezone.now(),
        event=Event(event).value,
        actor_kind=actor.actor_kind,
        actor_id=actor.actor_id,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        details=dict(details or {}),
    )

# SPDX-License-Identifier: Apache-2.0
"""A drill: an alarm that says so in each message, and goes the way of every other; once round the tree, and it ends."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import Conflict
from krama.server.accounts.models import User
from krama.server.callout.actions.raise_alarm import note
from krama.server.callout.models import Alarm
from krama.server.callout.queries import has_tree
from krama.server.trail.events import Event

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@transaction.atomic
def start(actor: User) -> Alarm:
    """One at a time, and only where somebody can be called."""
    if not has_tree():
        raise Conflict("Nobody is in the call tree yet.")
    now = timezone.now()
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(
                kind=Alarm.Kind.DRILL,
                ref="D-" + "".join(secrets.choice(LETTERS) for _ in range(6)),
                started_by=actor,
                raised_at=now,
                round_at=now,
                moved_at=now,
                ring_at=now,
            )
    except IntegrityError as problem:
        raise Conflict("A drill is running already.") from problem
    note(actor, Event.DRILL_STARTED, alarm)
    return alarm

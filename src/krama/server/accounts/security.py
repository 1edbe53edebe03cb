# SPDX-License-Identifier: Apache-2.0
"""Writing what keeps an account safe: its second factor, its sessions, its locks. Only ids go into the trail."""

from __future__ import annotations

from contextvars import ContextVar

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from krama.errors import BadInput
from krama.server.accounts.models import User
from krama.server.trail.actions import record
from krama.server.trail.actor import SIGN_IN, Actor
from krama.server.trail.events import Event

LOCK_SECONDS = 300  # the window of the rate limit by name: one entry for each
resetting: ContextVar[bool] = ContextVar("resetting", default=False)


def end_sessions(person: User) -> None:
    """Every session of this person has ended; inside the caller's transaction."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)


@transaction.atomic
def note_factor(actor: Actor, *, person: User, kind: str, added: bool) -> None:
    """A second factor came or went; every other session of this person ends."""
    event = Event.FACTOR_ADDED if added else Event.FACTOR_REMOVED
    record(actor, event, subject_kind="person", subject_id=person.pk, details={"kind": kind})
    end_sessions(person)


@transaction.atomic
def reset_second_factor(actor: Actor, *, person: User) -> int:
    """Somebody lost their phone: take every second factor away; their sessions end. Returns how many there were."""
    if actor.actor_id == person.actor_id:
        raise BadInput("Nobody resets their own second factor; let a colleague do it, or run `krama staff`.")
    rows = list(Authenticator.objects.select_for_update().filter(user=person))
    token = resetting.set(True)
    try:
        for row in rows:
            row.delete()
    finally:
        resetting.reset(token)
    end_sessions(person)
    record(actor, Event.FACTOR_RESET, subject_kind="person", subject_id=person.pk, details={"count": len(rows)})
    return len(rows)


def note_locked(person: User | None) -> None:
    """Too many wrong attempts on a name that somebody has: one entry, however many follow. An unknown name: none."""
    if person is not None and cache.add(f"krama.locked.{person.pk}", True, LOCK_SECONDS):
        record(SIGN_IN, Event.SIGN_IN_LOCKED, subject_kind="person", subject_id=person.pk)

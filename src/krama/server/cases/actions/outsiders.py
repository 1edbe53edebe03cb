# SPDX-License-Identifier: Apache-2.0
"""The outside deputy: somebody outside the firm who gives one second look, and sees that one thing. One code, used
once; it ends with the answer, the day, five wrong codes, or a word of the officer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.actions import secret_hash
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.models import Look, Outsider
from krama.server.compartments.actions import reseal
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

OPEN_FOR = timedelta(hours=48)


@dataclass(frozen=True)
class Outside:
    """Somebody without an account, for the trail: known by the row that let them in."""

    actor_id: str
    actor_kind: str = "outside"


@transaction.atomic
def name(actor: Actor, *, look: Look, who: str) -> tuple[Outsider, str]:
    """Name somebody for this one look; the code is shown this once. A former one for the same look ends."""
    row = Look.objects.select_for_update().select_related("case").get(pk=look.pk)
    reach.require_here(actor, Operation.NAME_OUTSIDER, row.case)
    if not who.strip() or len(who) > 120 or not storable(who):
        raise BadInput("Name the person, in at most 120 characters.", field="who")
    if row.given_at is not None:
        raise Conflict("Somebody has looked at this already.")
    now, pk, code = timezone.now(), uuid4(), secrets.token_urlsafe(16)
    row.outsiders.filter(ended_at=None).update(ended_at=now)
    outsider = Outsider.objects.create(
        id=pk,
        look=row,
        sealed_name=reseal(notes_of(row.case), who.strip().encode(), *place_of_name(pk)),
        code_hash=secret_hash(code),
        named_by=actor.actor_id,
        named_at=now,
        until=now + OPEN_FOR,
    )
    _record(actor, Event.OUTSIDER_NAMED, outsider)
    return outsider, code


@transaction.atomic
def enter(pk: UUID, code: str) -> str | None:
    """The code becomes a pass for one browser; None for a wrong, used or ended one, and five wrong ones end it."""
    row = _running().select_for_update(of=("self",)).filter(pk=pk, used_at=None).first()
    if row is None:
        return None
    if not secrets.compare_digest(row.code_hash, secret_hash(code.strip())):
        row.tries += 1
        if row.tries >= Outsider.TRIES:
            row.ended_at = timezone.now()
            _record(Outside(str(row.pk)), Event.OUTSIDER_ENDED, row)
        row.save(update_fields=["tries", "ended_at"])
        return None
    token = secrets.token_urlsafe(32)
    row.used_at, row.pass_hash = timezone.now(), secret_hash(token)
    row.save(update_fields=["used_at", "pass_hash"])
    return token


def holder(pk: UUID, token: str) -> Outsider | None:
    """Whose pass this is, while it runs."""
    row = _running().filter(pk=pk).exclude(used_at=None).first()
    if row is None or not secrets.compare_digest(row.pass_hash, secret_hash(token)):
        return None
    return row


@transaction.atomic
def note_view(outsider: Outsider) -> None:
    """Every look at it is an entry."""
    _record(Outside(str(outsider.pk)), Event.OUTSIDER_LOOKED, outsider)


@transaction.atomic
def answer(outsider: Outsider, *, agreed: bool, words: str) -> None:
    """What they say; with it their way in ends."""
    row = _running().select_for_update(of=("self",)).filter(pk=outsider.pk).exclude(used_at=None).first()
    if row is None:
        raise NotFound
    look = Look.objects.select_for_update().select_related("case").get(pk=row.look_id)
    actions_looks.say(Outside(str(row.pk)), look, agreed=agreed, words=words)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])


@transaction.atomic
def take_back(actor: Actor, *, look: Look) -> None:
    """The officer's word: nobody outside sees it any more."""
    reach.require_here(actor, Operation.NAME_OUTSIDER, look.case)
    for row in look.outsiders.select_for_update().filter(ended_at=None):
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        _record(actor, Event.OUTSIDER_ENDED, row)


def place_of_name(pk: UUID) -> tuple[str, UUID, str]:
    return ("outsider", pk, "name")


def _running() -> QuerySet[Outsider]:
    return Outsider.objects.select_related("look__case").filter(
        ended_at=None, until__gt=timezone.now(), look__given_at=None
    )


def _record(actor: Actor, event: Event, outsider: Outsider) -> None:
    look = outsider.look
    details = {"outsider": str(outsider.pk), "look": str(look.pk), "kind": str(look.kind)}
    record(actor, event, subject_kind="case", subject_id=look.case.ref, details=details)

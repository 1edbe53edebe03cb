# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms, and opening what stands behind one: for a purpose, for one person, for a quarter of an hour."""

from __future__ import annotations

import string
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.accounts.second_factor import SecondFactor, require_given
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.compartments.registry import OPENING
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

OPEN_FOR = timedelta(minutes=15)


def name_them(scope: str, kind: Pseudonym.Kind, hashes: Iterable[str]) -> dict[str, Pseudonym]:
    """The pseudonym of each keyed hash in this case; new ones get the next letter, in the order given, for good."""
    known = {row.hash: row for row in Pseudonym.objects.filter(scope=scope, kind=kind)}
    for hashed in dict.fromkeys(hashes):
        while hashed and hashed not in known:
            try:
                with transaction.atomic():
                    row = Pseudonym.objects.create(scope=scope, kind=kind, hash=hashed, letter=letter(len(known)))
                    known[hashed] = row
            except IntegrityError:  # somebody named another one at this moment
                known = {row.hash: row for row in Pseudonym.objects.filter(scope=scope, kind=kind)}
    return known


def letter(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        name = string.ascii_uppercase[digit] + name
    return name


@transaction.atomic
def open_identity(
    actor: Actor, *, pseudonym: Pseudonym, purpose: str, second: SecondFactor | None, emergency: bool = False
) -> Opening:
    """Open it for this person. The trail says who, when, what for and which pseudonym, and never whom.

    `second` is what this person's session proved; without it nothing opens, whatever page asked.
    """
    require_given(actor, second)
    if purpose not in Opening.Purpose.values:
        raise BadInput(f"`purpose` is one of {', '.join(Opening.Purpose.values)}.", field="purpose")
    if emergency and purpose != Opening.Purpose.PROTECT:
        raise BadInput("The glass is broken only to protect a child who may be in danger.", field="purpose")
    for gate in OPENING:
        gate(pseudonym, purpose)
    now = timezone.now()
    opening = Opening.objects.create(
        pseudonym=pseudonym,
        person_id=actor.actor_id,
        purpose=purpose,
        at=now,
        until=now + OPEN_FOR,
        is_emergency=emergency,
    )
    event = Event.GLASS_BROKEN if emergency else Event.IDENTITY_OPENED
    details = {"purpose": purpose, "what": pseudonym.kind, "letter": pseudonym.letter}
    kind, _, subject = pseudonym.scope.partition(":")
    record(actor, event, subject_kind=kind, subject_id=subject, details=details)
    return opening


@transaction.atomic
def review(actor: Actor, *, opening: Opening, was_right: bool) -> None:
    """Somebody else looks at broken glass afterwards; until then it is an alarm."""
    row = Opening.objects.select_for_update().select_related("pseudonym").get(pk=opening.pk)
    if row.person_id == actor.actor_id:
        raise Conflict("Nobody reviews their own emergency.")
    if row.reviewed_at is not None:
        raise Conflict("Somebody has reviewed this already.")
    row.reviewed_at, row.reviewed_by, row.was_right = timezone.now(), actor.actor_id, was_right
    row.save(update_fields=["reviewed_at", "reviewed_by", "was_right"])
    kind, _, subject = row.pseudonym.scope.partition(":")
    record(actor, Event.GLASS_REVIEWED, subject_kind=kind, subject_id=subject, details={"was_right": was_right})


def forget(hashes: set[str]) -> int:
    """What was destroyed cannot be recognised again: the pseudonym stays, whom it stood for does not."""
    rows = list(Pseudonym.objects.filter(hash__in=hashes))
    for row in rows:
        row.hash = f"gone:{row.pk}"  # one of its own, since a case has each hash once
    return Pseudonym.objects.bulk_update(rows, ["hash"])

# SPDX-License-Identifier: Apache-2.0
"""Whom a child trusts: named by the child, opened as identities are, contacted in the agreed way alone."""

from __future__ import annotations

import json
import secrets

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.second_factor import SecondFactor
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.peer import text
from krama.server.cases.actions.people import known_to_few, locked
from krama.server.cases.models import Case
from krama.server.compartments.actions import reseal
from krama.server.compartments.actions.identity import name_them, open_identity
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.compartments.queries import openings_of
from krama.server.compartments.registry import asked_before_opening
from krama.server.support.models import Trusted
from krama.server.support.places import place_of_trusted
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

FOR_THE_CHILD = (Opening.Purpose.PROTECT, Opening.Purpose.HELP)


class NoSafeWay(Conflict):
    """The child has agreed to no safe way of contacting this person: nobody contacts them."""

    code = "no_safe_way"


@transaction.atomic
def name_trusted(actor: Actor, *, case: Case, who: str, reach: str, way: str = "") -> Trusted:
    """`who` and how they can be reached; `way` is what the child agreed to, empty while they agreed to none.

    There is one: to name somebody anew replaces the former.
    """
    row = locked(actor, case)
    notes = notes_of(row)
    person = {"who": text(who, "who", least=1, most=200), "reach": text(reach, "reach", most=200)}
    agreed = text(way, "way", most=500)
    former = Trusted.objects.filter(case=row).select_related("pseudonym").first()
    made, _new = Trusted.objects.update_or_create(
        case=row,
        defaults={
            "pseudonym": former.pseudonym if former else _letter(row),
            "sealed_person": reseal(notes, json.dumps(person).encode(), *place_of_trusted(row.pk, "person")),
            "sealed_way": reseal(notes, agreed.encode(), *place_of_trusted(row.pk, "way")) if agreed else None,
            "at": timezone.now(),
            "by": actor.actor_id,
        },
    )
    details = {"agreed": bool(agreed)}
    record(actor, Event.TRUSTED_NAMED, subject_kind="case", subject_id=row.ref, details=details)
    known_to_few(actor, row)
    return made


@transaction.atomic
def open_trusted(actor: Actor, *, case: Case, purpose: str, second: SecondFactor | None) -> Opening:
    """For this person, for a purpose, for a quarter of an hour; the trail says so."""
    row = locked(actor, case)
    named = Trusted.objects.filter(case=row).select_related("pseudonym").first()
    if named is None:
        raise NotFound
    return open_identity(actor, pseudonym=named.pseudonym, purpose=purpose, second=second)


@transaction.atomic
def contacted(actor: Actor, *, case: Case) -> None:
    """Somebody contacted them, in the way the child agreed to; it is written down before."""
    row = locked(actor, case)
    named = Trusted.objects.filter(case=row).first()
    if named is None:
        raise NotFound
    if not named.sealed_way:
        raise NoSafeWay
    if named.pseudonym_id not in openings_of(actor.actor_id, f"case:{row.ref}", timezone.now()):
        raise Conflict("Open who it is first: the way must fit.")
    record(actor, Event.TRUSTED_CONTACTED, subject_kind="case", subject_id=row.ref)


@asked_before_opening
def to_help_alone(pseudonym: Pseudonym, purpose: str) -> None:
    """Whatever page asks: whom a child trusts is opened to protect or to help that child."""
    if pseudonym.kind == Pseudonym.Kind.TRUSTED and purpose not in FOR_THE_CHILD:
        raise BadInput("Whom a child trusts is opened to protect or to help that child.", field="purpose")


def _letter(case: Case) -> Pseudonym:
    hashed = secrets.token_hex(32)  # of nobody: the name lies sealed with the case
    return name_them(f"case:{case.ref}", Pseudonym.Kind.TRUSTED, [hashed])[hashed]

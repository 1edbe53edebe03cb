# SPDX-License-Identifier: Apache-2.0
"""Saying what somebody in a case is to it. A case that speaks of a child is known to few from then on."""

from __future__ import annotations

import secrets
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from krama.errors import BadInput, NotFound
from krama.server.accounts.may import Operation
from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.sight import raise_to
from krama.server.cases.models import Case, Named, Sensitivity
from krama.server.cases.models.people import ActorRole, Part
from krama.server.cases.people import PEOPLE, part_of, place_of_role, roles_of, teller_key
from krama.server.cases.sensitivity import more
from krama.server.compartments.actions import reseal
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from krama.server.compartments.queries import read
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

MOST_CHILDREN = 26


@transaction.atomic
def say_role(actor: Actor, *, case: Case, pseudonym: Pseudonym, part: str) -> bool:
    """What this person is to the case from now on; False where that was said already."""
    row = locked(actor, case)
    if pseudonym.scope != f"case:{row.ref}":
        raise NotFound
    if pseudonym.kind not in PEOPLE or part not in Part.values:
        raise BadInput("Only a person has a part in a case: an account, a child, a reporter.", field="part")
    if part_of(pseudonym, roles_of(row).get(pseudonym.pk, [])) == part:
        return False
    pk = uuid4()
    sealed = reseal(notes_of(row), part.encode(), *place_of_role(pk))
    ActorRole.objects.create(
        id=pk, case=row, pseudonym=pseudonym, sealed_role=sealed, at=timezone.now(), by=actor.actor_id
    )
    details = {"what": pseudonym.kind, "letter": pseudonym.letter}  # never which part: it tells of a person
    record(actor, Event.CASE_ROLE, subject_kind="case", subject_id=row.ref, details=details)
    if part == Part.CHILD:
        known_to_few(actor, row)
    return True


@transaction.atomic
def add_child(actor: Actor, *, case: Case) -> Pseudonym:
    """A child who has no account here and did not report: spoken of, or seen. Nothing but a letter is kept."""
    row = locked(actor, case)
    scope = f"case:{row.ref}"
    if Pseudonym.objects.filter(scope=scope, kind=Pseudonym.Kind.CHILD).count() >= MOST_CHILDREN:
        raise BadInput(f"At most {MOST_CHILDREN} children a case.", field="case")
    hashed = secrets.token_hex(32)  # of nobody: there is nothing to know them by
    child = name_them(scope, Pseudonym.Kind.CHILD, [hashed])[hashed]
    details = {"what": child.kind, "letter": child.letter}
    record(actor, Event.CASE_ROLE, subject_kind="case", subject_id=row.ref, details=details)
    known_to_few(actor, row)
    return child


def go_along(*, source: Case, target: Case) -> None:
    """Items went from one case to the other: what was said of whoever is in them is known there too, as it was said.

    A child who has no account here is known by no item, and goes only with all of them. Called with both locked.
    """
    hashes = {hashed for item in target.items.all() for hashed in (item.account_key, teller_key(item)) if hashed}
    known = Q(hash__in=hashes) if source.items.exists() else Q(hash__in=hashes) | Q(kind=Pseudonym.Kind.CHILD)
    for face in Pseudonym.objects.filter(known, scope=f"case:{source.ref}", kind__in=PEOPLE).order_by("letter"):
        kind = Pseudonym.Kind(face.kind)
        there = name_them(f"case:{target.ref}", kind, [face.hash])[face.hash]
        for row in source.roles.filter(pseudonym=face):
            _say_again(row, target, there)


def _say_again(row: ActorRole, case: Case, pseudonym: Pseudonym) -> None:
    plain = read(row.case.compartment, row.sealed_role, *place_of_role(row.pk))
    said = {"case": case, "pseudonym": pseudonym, "at": row.at, "by": row.by}
    if plain is None or ActorRole.objects.filter(**said).exists():  # it had been there, and comes back
        return
    pk = uuid4()
    ActorRole.objects.create(id=pk, sealed_role=reseal(notes_of(case), plain, *place_of_role(pk)), **said)


def known_to_few(actor: Actor, case: Case) -> None:
    """At least restricted, and whoever said it still sees it; called with the case locked."""
    if more(Sensitivity(case.sensitivity), Sensitivity.RESTRICTED) == case.sensitivity:
        return
    raise_to(actor, case, Sensitivity.RESTRICTED)
    if isinstance(actor, User) and not reach.sees(actor, case):
        Named.objects.get_or_create(case=case, person=actor, defaults={"at": timezone.now()})


def locked(actor: Actor, case: Case) -> Case:
    """The case, for whoever may help its child."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, Operation.SUPPORT_CHILD, row)
    return row

# SPDX-License-Identifier: Apache-2.0
"""Removing what hurts a child though no law forbids it: asked in the child's name, decided by a person, as policy."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.peer import text
from krama.server.cases.actions.people import locked
from krama.server.cases.actions.removal import names_content, remove_for_child
from krama.server.cases.models import Case, Item, Outcome
from krama.server.compartments.actions import reseal
from krama.server.support.actions.refer import Whose
from krama.server.support.models import Removal
from krama.server.support.places import place_of_removal
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def ask_removal(actor: Actor, *, case: Case, item: UUID, whose: str, words: str) -> Removal:
    """What the child wishes, in their words or those of whoever speaks for them. Asking as little as one can."""
    row = locked(actor, case)
    found = Item.objects.select_related("report", "detection", "decision").filter(case=row, pk=item).first()
    if found is None:
        raise NotFound
    if whose not in Whose.values:
        raise BadInput(f"`whose` is one of {', '.join(Whose.values)}.", field="whose")
    if not names_content(found):
        raise BadInput("Nobody has said which content this is: there is nothing that could be removed.", field="item")
    if found.decision is not None and found.decision.outcome == Outcome.CONFIRM:
        raise Conflict("Its removal was ordered already.")
    if Removal.objects.filter(item=found, state=Removal.State.ASKED).exists():
        raise Conflict("Its removal was asked for already; a person decides.")
    pk = uuid4()
    plain = json.dumps({"whose": whose, "words": text(words, "words", least=1)}).encode()
    sealed = reseal(notes_of(row), plain, *place_of_removal(pk, "wish"))
    made = Removal.objects.create(
        id=pk, case=row, item=found, sealed_wish=sealed, asked_at=timezone.now(), asked_by=actor.actor_id
    )
    details = {"removal": str(pk)}
    record(actor, Event.REMOVAL_ASKED, subject_kind="case", subject_id=row.ref, details=details)
    return made


@transaction.atomic
def decide_removal(actor: Actor, *, removal: Removal, agreed: bool, reason: str, decided_by: str) -> Removal:
    """A person's word. Agreed, it is a decision as any other: policy, grounded in the child's wish, and carried out."""
    case = locked(actor, removal.case)
    row = Removal.objects.select_for_update().get(pk=removal.pk)
    if row.state != Removal.State.ASKED:
        raise Conflict("Somebody has decided this already.")
    words = text(reason, "reason", least=1)
    if agreed:
        said = Said(rule="asked by the child or for them", asked_by_child=True)
        row.decision = remove_for_child(
            actor, case=case, item=row.item_id, reason=words, said=said, decided_by=decided_by
        )
    else:
        record(actor, Event.REMOVAL_REFUSED, subject_kind="case", subject_id=case.ref, details={"removal": str(row.pk)})
    row.state = Removal.State.ORDERED if agreed else Removal.State.REFUSED
    row.decided_at, row.decided_by = timezone.now(), actor.actor_id
    case.refresh_from_db()
    row.sealed_reason = reseal(notes_of(case), words.encode(), *place_of_removal(row.pk, "reason"))
    row.save()
    return row

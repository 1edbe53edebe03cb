# SPDX-License-Identifier: Apache-2.0
"""Removing one thing because the child asks, though no law forbids it: a decision of its own, as policy."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions import grounds as actions_grounds
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.second import ask_second
from krama.server.cases.models import Case, Decision, Item, Layer, Outcome
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions import reseal, start_clock
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def remove_for_child(actor: Actor, *, case: Case, item: UUID, reason: str, said: Said, decided_by: str) -> Decision:
    """This one item; the others stay as they are. A decision that dismissed it before stands beneath this one.

    It is carried out and confirmed as every decision is; a case whose last open item it was is closed.
    """
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, Operation.DECIDE_CASES, row)
    found = _removable(row, item)
    actions.check_words(reason, decided_by)
    actions_grounds.check(said, Layer.POLICY)
    pk = uuid4()
    decision = Decision.objects.create(
        id=pk,
        case=row,
        at=timezone.now(),
        outcome=Outcome.CONFIRM,
        layer=Layer.POLICY,
        sealed_reason=reseal(notes_of(row), reason.strip().encode(), *queries.place_of_reason(pk)),
        decided_by=decided_by,
        actor_kind=actor.actor_kind,
        actor_id=actor.actor_id,
    )
    actions_grounds.keep(decision, said, [found])
    Item.objects.filter(pk=found.pk).update(decision=decision)
    details = {"outcome": decision.outcome, "layer": decision.layer, "items": 1, "asked_by_child": said.asked_by_child}
    record(actor, Event.CASE_DECIDED, subject_kind="case", subject_id=row.ref, details=details)
    _settle(actor, row)
    ask_second(actor, decision, [found])
    return decision


def _removable(case: Case, pk: UUID) -> Item:
    rows = Item.objects.select_for_update(of=("self",)).select_related("decision", "detection", "report")
    found = rows.filter(case=case, pk=pk).first()
    if found is None:
        raise NotFound
    if found.decision is not None and found.decision.outcome == Outcome.CONFIRM:
        raise Conflict("Its removal was ordered already.")
    if not names_content(found):
        raise BadInput("Nobody has said which content this is: there is nothing that could be removed.", field="item")
    return found


def names_content(item: Item) -> bool:
    """Whether the firm's system would know what to remove."""
    if item.report is not None:
        return bool(item.report.content_key)
    return item.detection is not None and bool(item.detection.firm_id_key)


def _settle(actor: Actor, case: Case) -> None:
    if case.state == Case.State.CLOSED:
        start_clock(queries.compartments_of(case), timezone.now())  # what was decided anew is kept as long
    else:
        actions.close_if_decided(actor, case)

# SPDX-License-Identifier: Apache-2.0
"""What a second person says of a decision: carry it out, or decide again. The decision itself stays in the record."""

from __future__ import annotations

from krama.server.cases.actions.pause import go_on
from krama.server.cases.actions.reopen import reopen, wait_again
from krama.server.cases.models import Case, Decision, Item, Look
from krama.server.trail.actor import Actor


def settle_decision(actor: Actor, look: Look, agreed: bool) -> None:
    """The effect of a look at a decision; what went ahead already is not ordered a second time."""
    if not agreed:
        _decide_again(actor, look)
    elif look.state == Look.State.WAITING:
        Decision.objects.filter(pk=look.subject).update(carried_at=None)


def _decide_again(actor: Actor, look: Look) -> None:
    """Wherever its items are by now: a case that was put together with another goes on there."""
    rows = Item.objects.filter(decision=look.subject)
    cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=rows.values("case")).order_by("pk")
    for case in list(cases.select_related("compartment")):
        items = list(rows.filter(case=case).select_related("detection", "report"))
        if not items or (case.compartment is not None and case.compartment.destroyed_at is not None):
            continue  # they went elsewhere meanwhile, or its time was over: nobody could write in it any more
        if case.state == Case.State.OPEN:
            go_on(actor, case=case)
            wait_again(case, items)
        else:
            reopen(actor, case, items, look=str(look.pk))

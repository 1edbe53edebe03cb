# SPDX-License-Identifier: Apache-2.0
"""What a second person says of a decision: carry it out, or decide again. The decision itself stays in the record."""

from __future__ import annotations

from krama.server.cases.actions.reopen import reopen, undecide
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
    cases = Case.objects.select_for_update().filter(pk__in=rows.values("case")).order_by("pk")
    for case in list(cases):
        items = list(rows.filter(case=case).select_related("detection", "report"))
        reopen(actor, case, items, look=str(look.pk))
        undecide(items)  # in one that was open as well

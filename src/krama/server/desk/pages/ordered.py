# SPDX-License-Identifier: Apache-2.0
"""What a person does by hand and says on Today; and ordering a measure once more from its case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.measures import actions, actions_order, queries


@page(Operation.READ_CASES, "POST")
def by_hand(request: StaffRequest, task: UUID) -> HttpResponse:
    """What somebody did by hand, or saw when they looked again."""
    found = queries.tasks_of(request.user).filter(pk=task).first()
    if found is None:
        raise NotFound
    answer = request.POST.get("well")
    if answer not in ("yes", "no"):
        messages.error(request, _("Say what came of it."))
        return redirect("desk:today")
    actions.say_by_hand(request.user, task=found, well=answer == "yes")
    messages.success(request, _("Noted."))
    return redirect("desk:today")


@page(Operation.DECIDE_CASES, "POST")
def again(request: StaffRequest, measure: UUID) -> HttpResponse:
    """Ordered once more, with an id of its own."""
    found = queries.of_actor(request.user).filter(pk=measure).select_related("item__case").first()
    if found is None:
        raise NotFound
    try:
        actions_order.order_again(request.user, measure=found)
    except Conflict:
        messages.error(request, _("It was put right or ordered again meanwhile. Nothing was changed."))
    else:
        messages.success(request, _("Ordered again."))
    return redirect(f"/cases/{found.item.case.ref}")

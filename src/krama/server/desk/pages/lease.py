# SPDX-License-Identifier: Apache-2.0
"""Taking one case by hand, and letting it go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import queue as actions_queue
from krama.server.cases.actions.queue import HeldByAnother
from krama.server.desk.at_work import held_note
from krama.server.desk.pages.care import paused
from krama.server.desk.pages.case import render_case


@page(Operation.DECIDE_CASES, "POST")
def take(request: StaffRequest, ref: str) -> HttpResponse:
    """This case, or with `over` from whoever has it; 409 when somebody has it."""
    found = reach.found(request.user, ref)
    if answer := paused(request, found):
        return answer
    try:
        actions_queue.take(request.user, case=found, over=request.POST.get("over") == "yes")
    except HeldByAnother as held:
        return render_case(request, found, note=held_note(held), status=409)
    except Conflict:
        return render_case(request, found, note=_("Somebody has decided this case already."), status=409)
    return redirect("desk:case", ref=found.ref)


@page(Operation.DECIDE_CASES, "POST")
def give_back(request: StaffRequest, ref: str) -> HttpResponse:
    """Free for everybody again, also for this person. No reason is asked."""
    actions_queue.let_go(request.user, case=reach.found(request.user, ref))
    messages.success(request, _("Given back. Anybody can take it now."))
    return redirect("cases:queue")

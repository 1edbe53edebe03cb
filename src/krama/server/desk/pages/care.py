# SPDX-License-Identifier: Apache-2.0
"""Before a case is opened: does this person want it, can they still? And passing it on, with no reason asked."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import Conflict, NotAllowed, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions.queue import take
from krama.server.cases.giving import may_take
from krama.server.cases.models import Case
from krama.server.wellbeing import actions


@page(Operation.READ_CASES, "POST")
def take_anyway(request: StaffRequest, ref: str) -> HttpResponse:
    """They were asked, and say yes."""
    found = reach.found(request.user, ref)
    said = may_take(request.user, found)
    if said is not None and said.asks:
        actions.take_anyway(request.user, case=found)
        with suppress(Conflict, NotAllowed, NotFound):  # somebody else has it: then it is only opened
            take(request.user, case=found)
    return redirect("desk:case", ref=found.ref)


@page(Operation.DECIDE_CASES, "POST")
def pass_on(request: StaffRequest, ref: str) -> HttpResponse:
    """Nothing is sent with it, and nothing is asked afterwards."""
    try:
        actions.pass_on(request.user, case=reach.found(request.user, ref))
    except Conflict:
        messages.success(request, _("This case is closed already. You have nothing more to do with it."))
    else:
        messages.success(request, _("Passed on. Somebody else goes on with it; you are not given it again."))
    return redirect("desk:today")


def paused(request: StaffRequest, found: Case) -> HttpResponse | None:
    """A kind page in place of an open case; None when nothing stands between this person and it."""
    said = may_take(request.user, found) if found.state == Case.State.OPEN else None
    if said is None:
        return None
    context = {"ref": found.ref, "said": said.words, "asks": said.asks, "is_emergency": found.is_emergency}
    return render(request, "desk/pause.html", context, status=200 if request.method == "GET" else 409)

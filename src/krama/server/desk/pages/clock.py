# SPDX-License-Identifier: Apache-2.0
"""A case's clock: it stands still while somebody outside is waited for, and a person lets it go on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import pause as actions_pause
from krama.server.cases.forms.decision import PauseForm
from krama.server.desk.pages.case import render_case


@page(Operation.DECIDE_CASES, "POST")
def pause(request: StaffRequest, ref: str) -> HttpResponse:
    """For a reason from the list, at most so many days, and never in an emergency."""
    found = reach.found(request.user, ref)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return render_case(request, found, note=_("Say what you wait for, and for how many days."), status=422)
    try:
        actions_pause.pause(request.user, case=found, **form.cleaned_data)
    except BadInput:
        note = _("At most 7 days, or 30 for an authority, whose letter has a reference.")
        return render_case(request, found, note=note, status=422)
    except Conflict:
        note = _("This clock cannot stand still: the case is an emergency, late, closed, or has waited long enough.")
        return render_case(request, reach.found(request.user, ref), note=note, status=409)
    messages.success(request, _("The clock stands still. It goes on by itself, or when you say so."))
    return redirect("desk:case", ref=found.ref)


@page(Operation.DECIDE_CASES, "POST")
def go_on(request: StaffRequest, ref: str) -> HttpResponse:
    """What was waited for came."""
    found = reach.found(request.user, ref)
    try:
        actions_pause.go_on_now(request.user, case=found)
    except Conflict:
        return render_case(request, found, note=_("This clock goes already."), status=409)
    messages.success(request, _("The clock goes on, with what it had left."))
    return redirect("desk:case", ref=found.ref)

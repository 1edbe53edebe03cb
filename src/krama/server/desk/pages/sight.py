# SPDX-License-Identifier: Apache-2.0
"""Who may see a case: assigned, named, how sensitive it is, and who stays out of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import sight as actions_sight
from krama.server.cases.forms.decision import AssignForm, ConflictForm, NameForm, SensitivityForm
from krama.server.cases.models import Case
from krama.server.desk.pages.case import render_case


@page(Operation.READ_CASES, "POST")
def assign(request: StaffRequest, ref: str) -> HttpResponse:
    """A person, a unit, both or nobody."""
    found = _found(request, ref, Operation.ASSIGN_CASES)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return render_case(request, found, note=_("Choose somebody who works on cases."), status=422)
    try:
        actions_sight.assign(request.user, case=found, **form.cleaned_data)
    except BadInput:
        return render_case(request, found, note=_("This person may not see this case."), status=422)
    return _done(request, found, _("Assigned."))


@page(Operation.READ_CASES, "POST")
def name_person(request: StaffRequest, ref: str) -> HttpResponse:
    """One more who may see it, or one less."""
    found = _found(request, ref, Operation.ASSIGN_CASES)
    form = NameForm(request.POST)
    if not form.is_valid():
        return render_case(request, found, note=_("Choose somebody who works on cases."), status=422)
    answer = form.cleaned_data
    try:
        actions_sight.name_person(request.user, case=found, person=answer["person"], named=answer["named"] == "yes")
    except BadInput:
        return render_case(request, found, note=_("This person may not see this case."), status=422)
    return _done(request, found, _("Saved."))


@page(Operation.READ_CASES, "POST")
def sensitivity(request: StaffRequest, ref: str) -> HttpResponse:
    """Higher at once; lower when a second person agrees."""
    found = _found(request, ref, Operation.CHANGE_SENSITIVITY)
    form = SensitivityForm(request.POST)
    if not form.is_valid():
        return render_case(request, found, note=_("Say how many may know of it, and why."), status=422)
    try:
        row = actions_sight.change_sensitivity(request.user, case=found, **form.cleaned_data)
    except BadInput:
        return render_case(request, found, note=_("It is as sensitive as that already."), status=422)
    except Conflict:
        note = _("The rules ask for more: of what the case names, or how grave it is.")
        return render_case(request, found, note=note, status=409)
    changed = row.sensitivity == form.cleaned_data["to"]
    return _done(request, found, _("Saved.") if changed else _("Asked. It changes when a second person agrees."))


@page(Operation.READ_CASES, "POST")
def conflict(request: StaffRequest, ref: str) -> HttpResponse:
    """I know somebody in it, or somebody else does: it is closed to them at once."""
    found = reach.found(request.user, ref)
    form = ConflictForm(request.POST, others=reach.may_here(request.user, Operation.MARK_CONFLICT, found))
    if not form.is_valid():
        return render_case(request, found, note=_("Say what keeps this person from the case."), status=422)
    answer: dict[str, Any] = form.cleaned_data
    person = answer.get("person")
    if person is None or person == request.user:
        actions_sight.declare(request.user, case=found, ground=answer["ground"])
    else:
        actions_sight.mark(request.user, case=found, person=person, ground=answer["ground"])
    return _done(request, found, _("Closed to that person from this moment; somebody else goes on with it."))


def _found(request: StaffRequest, ref: str, operation: Operation) -> Case:
    found = reach.found(request.user, ref)
    reach.require_here(request.user, operation, found)
    return found


def _done(request: StaffRequest, found: Case, said: str) -> HttpResponse:
    """Back to the case; to the queue for whoever has just closed it to themselves."""
    messages.success(request, said)
    return redirect("desk:case", ref=found.ref) if reach.sees(request.user, found) else redirect("cases:queue")

# SPDX-License-Identifier: Apache-2.0
"""Playbooks on the case page: a step done, one to be done again, another playbook chosen, one set aside."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import playbook as actions_playbook
from krama.server.cases.models import Case
from krama.server.desk.pages.case import render_case


@page(Operation.DECIDE_CASES, "POST")
def choose(request: StaffRequest, ref: str) -> HttpResponse:
    """One more playbook, by name."""
    found = reach.found(request.user, ref)
    try:
        actions_playbook.choose(request.user, case=found, book=request.POST.get("book", ""))
    except BadInput:
        return render_case(request, found, note=_("Choose one of the playbooks."), status=422)
    except Conflict:
        return render_case(request, found, note=_("This case has that playbook already."), status=409)
    messages.success(request, _("Chosen. Its hours run from now."))
    return _back(found)


@page(Operation.DECIDE_CASES, "POST")
def mark(request: StaffRequest, ref: str, playbook: UUID) -> HttpResponse:
    """Done; or to be done again, and why."""
    found = reach.found(request.user, ref)
    said = request.POST
    done = said.get("done") == "yes"
    try:
        actions_playbook.mark(
            request.user,
            case=found,
            playbook=playbook,
            step=said.get("step", ""),
            done=done,
            words=said.get("words", ""),
        )
    except BadInput:
        return render_case(request, found, note=_("Say why this step is to be done again."), status=422)
    except Conflict:
        return _aside(request, found)
    return _back(found)


@page(Operation.DECIDE_CASES, "POST")
def put_aside(request: StaffRequest, ref: str, playbook: UUID) -> HttpResponse:
    """It does not fit this case."""
    found = reach.found(request.user, ref)
    try:
        actions_playbook.put_aside(request.user, case=found, playbook=playbook, words=request.POST.get("words", ""))
    except BadInput:
        return render_case(request, found, note=_("Say why this playbook does not fit."), status=422)
    except Conflict:
        return _aside(request, found)
    messages.success(request, _("Set aside. What was done of it stays written down."))
    return _back(found)


def _aside(request: StaffRequest, found: Case) -> HttpResponse:
    return render_case(request, found, note=_("Somebody set this playbook aside; choose it again first."), status=409)


def _back(found: Case) -> HttpResponse:
    return redirect(f"{reverse('desk:case', args=[found.ref])}#playbook")

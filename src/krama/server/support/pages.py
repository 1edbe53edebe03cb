# SPDX-License-Identifier: Apache-2.0
"""How is the child helped? One page a case; each form on it is one act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions.decide import note_view
from krama.server.cases.models import Case
from krama.server.cases.peer import NoteMissing
from krama.server.support.actions.refer import NoConsent
from krama.server.support.actions.trusted import NoSafeWay
from krama.server.support.acts import ACTS
from krama.server.support.view import view


@page(Operation.SUPPORT_CHILD)
def child(request: StaffRequest, ref: str) -> HttpResponse:
    """Reading it is reading the case: an entry in the trail."""
    return _render(request, reach.found(request.user, ref))


@page(Operation.SUPPORT_CHILD, "POST")
def write(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """One form; what is missing or may not be is said on the page."""
    found = reach.found(request.user, ref)
    one = ACTS.get(act)
    if one is None:
        raise NotFound
    form = one.form(request, found)
    if not form.is_valid():
        return _render(request, found, {act: form}, note=_("Something is missing. Nothing was saved."), status=422)
    try:
        said = one.write(request, found, form.cleaned_data)
    except BadInput:
        return _render(request, found, {act: form}, note=_("Something does not fit. Nothing was saved."), status=422)
    except Conflict as problem:
        return _render(request, found, {act: form}, note=_why(problem), status=409)
    messages.success(request, said)
    return redirect("support:child", ref=found.ref)


def _why(problem: Conflict) -> str:
    if isinstance(problem, NoteMissing):
        return _("The other person may be a child: write the note on the case page first. Nothing was passed on.")
    if isinstance(problem, NoConsent):
        return _("Nobody is referred without consent, unless a child is in danger now and you say how.")
    if isinstance(problem, NoSafeWay):
        return _("The child has agreed to no safe way. Do not contact this person.")
    return _("Somebody was faster, or this does not follow from what was said. Look again.")


def _render(
    request: StaffRequest, case: Case, forms: dict[str, Any] | None = None, *, note: str = "", status: int = 200
) -> HttpResponse:
    note_view(request.user, case=case)
    context = {"note": note, **view(request, case, forms or {})}
    return render(request, "support/child.html", context, status=status)

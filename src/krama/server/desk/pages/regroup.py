# SPDX-License-Identifier: Apache-2.0
"""Two cases that are one matter are put together; one that holds two matters is taken apart."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import regroup as actions_regroup
from krama.server.cases.actions.queue import HeldByAnother
from krama.server.cases.forms.decision import MergeForm, SplitForm
from krama.server.cases.models import Case
from krama.server.desk.pages.case import render_case


@page(Operation.DECIDE_CASES, "POST")
def merge(request: StaffRequest, ref: str) -> HttpResponse:
    """This case goes into another that this person may decide too."""
    found, form = reach.found(request.user, ref), MergeForm(request.POST)
    if not form.is_valid():
        return render_case(request, found, note=_("Name the other case, and say why."), status=422)
    answer = form.cleaned_data
    try:
        into = reach.found(request.user, answer["into"].strip())
    except NotFound:
        return render_case(request, found, note=_("There is no open case of that name for you."), status=422)
    return _carry_out(
        request,
        found,
        lambda: actions_regroup.merge(
            request.user, case=found, into=into, reason=answer["reason"], by=request.user.name
        ),
    )


@page(Operation.DECIDE_CASES, "POST")
def split(request: StaffRequest, ref: str) -> HttpResponse:
    """The items that were ticked get a case of their own."""
    found = reach.found(request.user, ref)
    form = SplitForm(request.POST, shown=[str(pk) for pk in found.items.values_list("pk", flat=True)])
    if not form.is_valid():
        return render_case(request, found, note=_("Tick what goes, but not everything, and say why."), status=422)
    answer = form.cleaned_data
    items = [UUID(item) for item in answer["items"]]
    return _carry_out(
        request,
        found,
        lambda: actions_regroup.split(
            request.user, case=found, items=items, reason=answer["reason"], by=request.user.name
        ),
    )


def _carry_out(request: StaffRequest, found: Case, act: Callable[[], Case]) -> HttpResponse:
    try:
        target = act()
    except BadInput:
        return render_case(request, found, note=_("Tick what goes, but not everything, and say why."), status=422)
    except HeldByAnother as held:
        note = _("%(name)s has one of these cases. Nothing was changed.") % {"name": held.fields["holder"]}
        return render_case(request, found, note=note, status=409)
    except Conflict:
        note = _("One of them was decided or closed meanwhile. Nothing was changed.")
        return render_case(request, reach.found(request.user, found.ref), note=note, status=409)
    messages.success(request, _("Done. Both timelines are whole."))
    return redirect("desk:case", ref=target.ref)

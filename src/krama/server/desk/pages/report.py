# SPDX-License-Identifier: Apache-2.0
"""Writing back to whoever told us, from the case page. Only who has what was said open may answer it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.models import Case, Item
from krama.server.cases.queries import case as queries
from krama.server.compartments.queries import openings_of
from krama.server.desk.faces import Faces, scope_of
from krama.server.desk.pages.case import render_case
from krama.server.desk.told import states_of
from krama.server.intake.actions.write_back import say_state, write_back


@page(Operation.OPEN_IDENTITIES, "POST")
def answer(request: StaffRequest, ref: str, report: UUID) -> HttpResponse:
    """Sealed to the reporter's code and to the case; it waits until they come back."""
    found = reach.found(request.user, ref)
    item = _item(found, report)
    if not _has_open(request, found, item):
        note = _("Open what was said first: an answer must fit it.")
        return render_case(request, found, note=note, status=409)
    assert item.report is not None
    text = request.POST.get("text", "")
    try:
        write_back(request.user, report=item.report, text=text)
    except BadInput:
        return render_case(request, found, note=_("Write something, or leave it."), status=422)
    except Conflict:
        note = _("This report is still on its way in; try again in a moment.")
        return render_case(request, found, note=note, status=409)
    if request.POST.get("state") in dict(states_of(item.report)["states"]):
        say_state(request.user, report=item.report, state=request.POST["state"])
    messages.success(request, _("Written. It waits for them behind their code; your words are sent nowhere."))
    return redirect("desk:case", ref=found.ref)


def _item(case: Case, report: UUID) -> Item:
    found = queries.items_of(case).filter(report=report).first()
    if found is None:
        raise NotFound
    return found


def _has_open(request: StaffRequest, case: Case, item: Item) -> bool:
    teller = Faces(case, [item], request.user.actor_id).teller(item)
    open_now = openings_of(request.user.actor_id, scope_of(case), timezone.now())
    return teller is not None and UUID(teller["id"]) in open_now

# SPDX-License-Identifier: Apache-2.0
"""Pages of the inventory: upload what a scan wrote, and decide on what it proposes. What it says is shown as text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Unit
from krama.server.confidentiality import words
from krama.server.confidentiality.actions import inventory as actions
from krama.server.confidentiality.forms.inventory import DecideForm, ScanForm
from krama.server.confidentiality.models import Proposal
from krama.server.confidentiality.queries import inventory as queries

PLACES, FIELDS, DISMISSED = 20, 200, 100


@page(Operation.READ_REGISTER)
def inventory(request: StaffRequest) -> HttpResponse:
    """What waits by place, what is gone, what was dismissed."""
    return _shown(request)


@page(Operation.WRITE_REGISTER, "POST")
def upload(request: StaffRequest) -> HttpResponse:
    """Take an inventory in; a faulty one is answered with what is wrong, and nothing is taken."""
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form=form, status=422)
    try:
        scan = actions.upload(request.user, content=form.cleaned_data["file"].read())
    except BadInput as problem:
        return _shown(request, fault=problem.detail, status=422)
    except Conflict:
        return _shown(request, note=_("Somebody uploaded the same at this moment; upload it again."), status=409)
    told = {"new": scan.new, "gone": scan.gone, "found": scan.found}
    messages.success(request, _("Read: %(found)s fields, %(new)s of them new, %(gone)s gone from the schema.") % told)
    return redirect("confidentiality:inventory")


@page(Operation.WRITE_REGISTER, "POST")
def decide(request: StaffRequest) -> HttpResponse:
    """What was ticked becomes lines of a unit, or is dismissed with a reason."""
    form = DecideForm(request.POST, known=_known(request.POST.getlist("chosen")))
    if not form.is_valid():
        return _shown(request, note=" ".join(_errors(form)), status=422)
    given = form.cleaned_data
    chosen = [UUID(pk) for pk in given["chosen"]]
    try:
        if given["do"] == "accept":
            lines = actions.accept(request.user, proposals=chosen, unit=given["unit"])
            messages.success(request, _("In the register: %(count)s lines. Complete each.") % {"count": len(lines)})
        else:
            count = actions.dismiss(request.user, proposals=chosen, why=given["why"])
            messages.success(request, _("Dismissed: %(count)s.") % {"count": count})
    except (BadInput, Conflict):
        note = _("Somebody has decided on one of these already, or the line is full; look again.")
        return _shown(request, note=note, status=409)
    return redirect("confidentiality:inventory")


@page(Operation.WRITE_REGISTER, "POST")
def reconsider(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A dismissed proposal waits again."""
    actions.reconsider(request.user, proposal=pk)
    return redirect("confidentiality:inventory")


def _shown(
    request: StaffRequest, *, form: ScanForm | None = None, note: str = "", fault: str = "", status: int = 200
) -> HttpResponse:
    places = Paginator(queries.places(), PLACES).get_page(request.GET.get("page"))
    context = {
        "page": places,
        "base": reverse("confidentiality:inventory"),
        "places": [_place(place, rows) for place, rows in queries.waiting_at(places)],
        "gone": queries.gone(),
        "dismissed": [_row(one) for one in queries.dismissed()[:DISMISSED]],
        "scan": queries.last_scan(),
        "units": Unit.objects.filter(is_active=True).order_by("name"),
        "form": form or ScanForm(),
        "note": note,
        "fault": fault,
        "may_write": may(request.user, Operation.WRITE_REGISTER),
    }
    return render(request, "confidentiality/inventory.html", context, status=status)


def _place(place: queries.Place, rows: list[Proposal]) -> dict[str, Any]:
    return {"place": place, "rows": [_row(one) for one in rows[:FIELDS]], "more": max(len(rows) - FIELDS, 0)}


def _row(one: Proposal) -> dict[str, Any]:
    label = words.CATEGORIES.get(one.category, one.category)
    return {"row": one, "category": label, "sure": round(one.confidence * 100)}


def _known(chosen: list[str]) -> list[str]:
    """Of what was sent, the ids that are ids."""
    return [pk for pk in chosen if len(pk) == 36 and set(pk) <= set("0123456789abcdef-") and pk.count("-") == 4]


def _errors(form: DecideForm) -> list[str]:
    if "chosen" in form.errors:
        return [_("Tick at least one field.")]
    return [str(error) for errors in form.errors.values() for error in errors]

# SPDX-License-Identifier: Apache-2.0
"""Who carries out which kind of measure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.measures import actions_ways, queries
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.forms import NOBODY, WayForm
from krama.server.measures.kinds import Kind
from krama.server.measures.models import Way, Webhook


@page(Operation.READ_WAYS)
def ways(request: StaffRequest) -> HttpResponse:
    """Every kind, and who does it."""
    return _ways(request)


@page(Operation.CHANGE_WAYS, "POST")
def choose(request: StaffRequest, kind: str) -> HttpResponse:
    """Another does this kind from now on."""
    if kind not in Kind.values:
        raise NotFound
    form = WayForm(request.POST, kind=Kind(kind))
    if not form.is_valid():
        return _ways(request, note=_("This kind cannot be done that way."), status=422)
    chosen, unit = form.cleaned_data["adapter"].replace(NOBODY, ""), form.cleaned_data.get("unit")
    actions_ways.choose_way(request.user, kind=kind, adapter=chosen, unit=unit)
    messages.success(request, _("Saved. What waited for somebody is told now."))
    return redirect("measures:ways")


def _ways(request: StaffRequest, *, note: str = "", status: int = 200) -> HttpResponse:
    may_change = may(request.user, Operation.CHANGE_WAYS)
    rows = {row.kind: row for row in Way.objects.select_related("unit")}
    context = {
        "note": note,
        "kinds": [_kind(kind, rows.get(kind.value), may_change) for kind in Kind],
        "webhooks": Webhook.objects.order_by("name"),
        "may_change": may_change,
    }
    return render(request, "measures/ways.html", context, status=status)


def _kind(kind: Kind, row: Way | None, may_change: bool) -> dict[str, Any]:
    name = queries.way_of(kind)
    can = queries.who_does(kind)
    unit = row.unit if row else None
    form = (
        WayForm(initial={"adapter": name or NOBODY, "unit": unit.pk if unit else None}, kind=kind)
        if may_change
        else None
    )
    return {
        "kind": kind.value,
        "label": kind.label,
        "way": ADAPTERS[name].label if name in ADAPTERS else _("Nobody"),
        "unit": unit.name if unit and name == "by-hand" else "",
        "chip": _chip(name, can),
        "form": form,
    }


def _chip(name: str, can: str | None) -> dict[str, str]:
    if can:
        return {"kind": "ok", "text": _("can be done")}
    if name == "webhook":
        return {"kind": "stop", "text": _("no system is connected")}
    if name:
        return {"kind": "stop", "text": _("nobody of this unit may read cases")}
    return {"kind": "due", "text": _("nobody does it")}

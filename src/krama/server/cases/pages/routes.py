# SPDX-License-Identifier: Apache-2.0
"""The rules that send new cases to units, and which sector each key serves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Key
from krama.server.cases.actions.routes import add_route, move_route, retire_route, set_sector
from krama.server.cases.facets import abouts, languages, sectors
from krama.server.cases.forms.queue import RouteForm
from krama.server.cases.models.queue import Route, Service


@page(Operation.ROUTE_CASES, "GET", "POST")
def rules(request: StaffRequest) -> HttpResponse:
    """The rules in their order; the first that fits wins."""
    form = RouteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_route(request.user, **form.cleaned_data)
        except BadInput as problem:
            form.add_error(str(problem.fields.get("field", "name")), _("This cannot be used; choose another."))
        else:
            messages.success(request, _("Written. It sorts the cases that come from now on."))
            return redirect("cases:routes")
    rows = Route.objects.filter(retired_at=None).select_related("unit").order_by("place", "pk")
    context = {"rows": [_row(row) for row in rows], "form": form, "services": _services(), "sectors": sectors()}
    return render(request, "cases/routes.html", context, status=422 if request.method == "POST" else 200)


@page(Operation.ROUTE_CASES, "POST")
def move(request: StaffRequest, route: UUID) -> HttpResponse:
    move_route(request.user, route=route)
    return redirect("cases:routes")


@page(Operation.ROUTE_CASES, "POST")
def retire(request: StaffRequest, route: UUID) -> HttpResponse:
    retire_route(request.user, route=route)
    messages.success(request, _("Taken away. The cases that it sent stay where they are."))
    return redirect("cases:routes")


@page(Operation.ROUTE_CASES, "POST")
def sector(request: StaffRequest, key: UUID) -> HttpResponse:
    """Which sector the system with this key serves."""
    row = Key.objects.filter(pk=key).first()
    if row is None:
        raise NotFound
    set_sector(request.user, key=row, sector=request.POST.get("sector", ""))
    messages.success(request, _("Saved."))
    return redirect("cases:routes")


def _row(row: Route) -> dict[str, Any]:
    given = ((languages(), row.language), (abouts(), row.about), (sectors(), row.sector))
    return {
        "pk": row.pk,
        "name": row.name,
        "when": [dict(choices).get(value, value) for choices, value in given if value],
        "unit": row.unit.name,
        "closed": not row.unit.is_active,
    }


def _services() -> list[dict[str, Any]]:
    known = dict(Service.objects.values_list("key_name", "sector"))
    keys = Key.objects.filter(revoked_at=None).order_by("name")
    return [{"pk": key.pk, "name": key.name, "sector": known.get(key.name, "")} for key in keys if "scan" in key.scopes]

# SPDX-License-Identifier: Apache-2.0
"""The queue: what waits, as one wants to see it; and the next case, which nobody else gets."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.errors import BadInput
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.cases.actions.alike import take_alike
from krama.server.cases.actions.queue import NotGiven, take_next
from krama.server.cases.actions.views import remove_view, save_view
from krama.server.cases.filters import Filters
from krama.server.cases.forms.queue import FilterForm, ViewForm
from krama.server.cases.models import Case
from krama.server.cases.models.queue import SavedView
from krama.server.cases.pages.own import row_of
from krama.server.cases.queries import case as queries
from krama.server.cases.queries.alike import clusters_of
from krama.server.cases.queries.queue import COUNTED, Pages, views_of
from krama.server.web.keys import KEYS_OFF, keys_on, with_keys

A_PAGE = 25


@page(Operation.READ_CASES)
def queue(request: StaffRequest) -> HttpResponse:
    """Open cases with what is due first on top, or the closed ones; those that look alike stand as one."""
    filters, text = Filters.of_address(request.GET), request.GET.get("q", "")[:200]
    found = queries.queue(request.user, state=filters.state, text=text)
    shown = Pages(filters.apply(found, request.user, timezone.now()), A_PAGE).get_page(request.GET.get("page"))
    form = FilterForm(initial=filters.as_json())
    context = {
        "rows": rows_of(request, list(shown)),
        "page": shown,
        "counted": COUNTED if shown.paginator.count >= COUNTED else 0,
        "state": filters.state,
        "states": _tabs(filters),
        "q": text,
        "filtered": bool(filters.as_json().keys() - {"state"}),
        "filter_form": form,
        "chosen": form.picked(),
        "views": [_view(request, row, filters) for row in views_of(request.user)],
        "view_form": ViewForm(may_share=may(request.user, Operation.SHARE_VIEWS)),
        "kept": list(QueryDict(filters.query()).lists()),
        "may_next": filters.state == Case.State.OPEN and may(request.user, Operation.DECIDE_CASES),
        "keys": keys_on(request),
        "may_route": may(request.user, Operation.ROUTE_CASES),
    }
    return with_keys(request, render(request, "cases/queue.html", context))


@page(Operation.DECIDE_CASES, "POST")
def next_case(request: StaffRequest) -> HttpResponse:
    """Straight to its page, which may ask first; back to the queue when there is none for this person now."""
    try:
        case = take_next(request.user)
    except NotGiven as problem:
        messages.info(request, problem.detail)
        return redirect("cases:queue")
    if case is not None:
        return redirect(f"/cases/{case.ref}")
    messages.info(request, _("Nothing is left that nobody else has. Look again in a moment."))
    return redirect("cases:queue")


@page(Operation.READ_CASES, "POST")
def view_save(request: StaffRequest) -> HttpResponse:
    """The filters of the page it was sent from, under a name."""
    filters = Filters.of_address(request.POST)
    shared = request.POST.get("shared") == "on" and may(request.user, Operation.SHARE_VIEWS)
    try:
        save_view(request.user, name=request.POST.get("name", ""), filters=filters.as_json(), shared=shared)
    except BadInput:
        messages.error(request, _("Give the view a name of at most 60 letters; a person keeps at most forty."))
    else:
        messages.success(request, _("Saved. It stands above the queue from now on."))
    return redirect(f"{reverse('cases:queue')}?{filters.query()}")


@page(Operation.READ_CASES, "POST")
def view_remove(request: StaffRequest, view: UUID) -> HttpResponse:
    remove_view(request.user, view=view)
    messages.success(request, _("Removed."))
    return redirect("cases:queue")


@page(Operation.DECIDE_CASES, "POST")
def alike_take(request: StaffRequest, cluster: UUID) -> HttpResponse:
    """All of a cluster that nobody has, to look at once."""
    with suppress(NotGiven):  # its page says why
        take_alike(request.user, cluster=cluster)
    return redirect(f"/cases/alike/{cluster}")


@page(Operation.SIGNED_IN, "POST")
def keys(request: StaffRequest) -> HttpResponse:
    """Single keys on or off, in this browser."""
    answer = redirect("cases:queue" if may(request.user, Operation.READ_CASES) else "/home")
    off = request.POST.get("keys") == "off"
    if off:
        answer.set_cookie(KEYS_OFF, "1", max_age=31_536_000, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie(KEYS_OFF, samesite="Lax")
    messages.success(request, _("Single keys do nothing any more.") if off else _("Single keys work again."))
    return answer


def rows_of(request: HttpRequest, cases: list[Case]) -> list[dict[str, Any]]:
    """Lines of the queue; of a cluster only its most pressing case, which says how many there are."""
    clusters = clusters_of(request.user, [case for case in cases if case.state == Case.State.OPEN])
    rows, said = [], set[UUID]()
    for case in cases:
        cluster, count = clusters.get(case.pk, (None, 0))
        if cluster in said:
            continue
        row = row_of(case)
        if cluster is not None:
            said.add(cluster)
            row |= {"alike": count, "alike_url": f"/cases/alike/{cluster}"}
        rows.append(row)
    return rows


def _tabs(filters: Filters) -> list[dict[str, Any]]:
    address = reverse("cases:queue")
    return [
        {"label": one.label, "url": f"{address}?state={one.value}", "current": one.value == filters.state}
        for one in Case.State
    ]


def _view(request: StaffRequest, row: SavedView, now: Filters) -> dict[str, Any]:
    """A link that is the view itself; one whose values are not there any more asks for nothing."""
    try:
        kept = Filters.of(row.filters)
    except BadInput:
        kept = Filters()
    mine = row.owner_id == request.user.pk
    return {
        "name": row.name,
        "url": f"{reverse('cases:queue')}?{kept.query()}",
        "current": kept == now and bool(kept.as_json()),
        "shared": row.is_shared,
        "remove_url": reverse("cases:view_remove", args=[row.pk])
        if mine or may(request.user, Operation.SHARE_VIEWS)
        else "",
    }

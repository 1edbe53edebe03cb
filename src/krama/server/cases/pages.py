# SPDX-License-Identifier: Apache-2.0
"""The queue."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import queries, words
from krama.server.cases.models import Case


@page(Operation.READ_CASES)
def queue(request: StaffRequest) -> HttpResponse:
    """Open cases with what is due first on top, or the closed ones."""
    state = request.GET.get("state", "")
    state = state if state in Case.State.values else str(Case.State.OPEN)
    text = request.GET.get("q", "")[:200]
    shown = Paginator(queries.queue(state=state, text=text), 25).get_page(request.GET.get("page"))
    address = reverse("cases:queue")
    tabs = [
        {"label": choice.label, "url": f"{address}?state={choice.value}", "current": choice.value == state}
        for choice in Case.State
    ]
    context = {"rows": [row_of(case) for case in shown], "page": shown, "state": state, "states": tabs, "q": text}
    return render(request, "cases/queue.html", context)


def row_of(case: Case) -> dict[str, Any]:
    """One line of the queue or of Today."""
    items = list(case.items.all())
    reasons = words.why(items)
    return {
        "ref": case.ref,
        "url": f"/cases/{case.ref}",
        "why": reasons[0] if reasons else "",
        "items": len(items),
        "chip": words.due_chip(case),
        "severity": case.severity,
        "severity_label": case.get_severity_display(),
        "source_label": words.source_label(case),
        "due_at": case.due_at,
    }

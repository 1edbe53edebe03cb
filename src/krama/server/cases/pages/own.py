# SPDX-License-Identifier: Apache-2.0
"""One's own accounts in the firm's service, and a case as a line of the queue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.errors import BadInput
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import words
from krama.server.cases.actions import sight as actions_sight
from krama.server.cases.forms.decision import OwnAccountsForm
from krama.server.cases.models import Case, Lease, OwnAccount, Sensitivity
from krama.server.cases.queries.queue import is_in_force


@page(Operation.SIGNED_IN, "GET", "POST")
def own_accounts(request: StaffRequest) -> HttpResponse:
    """One's own accounts in the firm's service: any case with one of them is closed to whoever holds it."""
    form = OwnAccountsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions_sight.declare_accounts(request.user, ids=form.cleaned_data["ids"].splitlines())
        except BadInput:
            form.add_error("ids", _("Write ids that you have not declared yet, one a line, at most twenty in all."))
        else:
            messages.success(request, _("Declared. Whatever touches these accounts is closed to you from now on."))
            return redirect("cases:own_accounts")
    context = {"form": form, "count": OwnAccount.objects.filter(person=request.user).count()}
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/own_accounts.html", context, status=status)


def row_of(case: Case) -> dict[str, Any]:
    """One line of the queue or of Today."""
    items = list(case.items.all())
    reasons = words.why(items)
    lease: Lease | None = getattr(case, "lease", None)
    return {
        "held": lease if lease is not None and is_in_force(lease, timezone.now()) else None,
        "ref": case.ref,
        "url": f"/cases/{case.ref}",
        "why": reasons[0] if reasons else "",
        "items": len(items),
        "chip": words.due_chip(case),
        "is_emergency": case.is_emergency,
        "is_open": case.state == Case.State.OPEN,
        "severity": case.severity,
        "severity_label": case.get_severity_display(),
        "source_label": words.source_label(case),
        "sensitivity_label": case.get_sensitivity_display() if case.sensitivity != Sensitivity.NORMAL else "",
        "due_at": case.due_at,
    }

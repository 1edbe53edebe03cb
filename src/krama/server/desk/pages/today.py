# SPDX-License-Identifier: Apache-2.0
"""Today: what needs a person now, and whether the machine works as it should."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.assessments.queries.plan import waiting_for
from krama.server.cases.pages import row_of
from krama.server.cases.queries import queue
from krama.server.desk import state

SHOWN = 8


@page(Operation.SIGNED_IN)
def home(request: StaffRequest) -> HttpResponse:
    """Where each role begins."""
    return redirect(first_page(request.user))


@page(Operation.READ_CASES)
def today(request: StaffRequest) -> HttpResponse:
    """Begins with what waits, in words."""
    waiting = list(queue()[:SHOWN])
    context: dict[str, Any] = {
        "now": timezone.localtime(),
        "greeting": _greeting(queue().count()),
        "alarms": state.alarms(),
        "needs": [row_of(case) for case in waiting],
        "figures": state.figures(),
        "waiting": waiting_for(request.user, get_language() or "en"),
        "next_url": f"/cases/{waiting[0].ref}" if waiting else None,
    }
    return render(request, "desk/today.html", context)


def first_page(person: User) -> str:
    """Today for those who decide; for the others the room of their role."""
    for operation, name in (
        (Operation.READ_CASES, "desk:today"),
        (Operation.ADD_STAFF, "accounts:staff"),
        (Operation.READ_TRAIL, "desk:trail"),
    ):
        if may(person, operation):
            return reverse(name)
    return reverse("accounts:person", args=[person.pk])


def _greeting(count: int) -> str:
    if count == 0:
        return _("Nothing waits for you. When the scanner finds something, it stands here within a second.")
    if count == 1:
        return _("One case waits for a person.")
    return _("%(count)s cases wait for a person. What is due first stands on top.") % {"count": count}

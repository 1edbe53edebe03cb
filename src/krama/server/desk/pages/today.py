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
from krama.server.callout.pages.show import alarm_rows
from krama.server.cases.giving import given_to
from krama.server.cases.pages.queue import rows_of
from krama.server.cases.queries.case import queue
from krama.server.cases.queries.queue import COUNTED, counted
from krama.server.desk import ordered, state
from krama.server.desk.playbook import steps_due
from krama.server.web.keys import keys_on, with_keys
from krama.server.wellbeing.queries import day_of

SHOWN = 8


@page(Operation.SIGNED_IN)
def home(request: StaffRequest) -> HttpResponse:
    """Where each role begins."""
    return redirect(first_page(request.user))


@page(Operation.READ_CASES)
def today(request: StaffRequest) -> HttpResponse:
    """Begins with what waits, in words."""
    open_cases = queue(request.user)
    waiting = list(open_cases[:SHOWN])
    context: dict[str, Any] = {
        "now": timezone.localtime(),
        "greeting": _greeting(counted(open_cases)),
        "emergencies": alarm_rows(request.user),
        "alarms": state.alarms(request.user),
        "by_hand": ordered.by_hand(request.user),
        "needs": rows_of(request, waiting),
        "steps": steps_due(request.user),
        "waves": state.waves(request.user),
        "follow_ups": state.follow_ups(request.user),
        "reviews": state.register_reviews(request.user),
        "figures": state.figures(request.user),
        "waiting": waiting_for(request.user, get_language() or "en"),
        "may_test": may(request.user, Operation.TEST_DOOR),
        "may_next": may(request.user, Operation.DECIDE_CASES) and given_to(request.user, open_cases).exists(),
        "keys": keys_on(request),
        "day": day_of(request.user),
    }
    return with_keys(request, render(request, "desk/today.html", context))


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
        return _("No case waits for you. When the scanner finds something, it stands here within a second.")
    if count == 1:
        return _("One case waits for a person.")
    if count >= COUNTED:
        return _("More than %(count)s cases wait for a person. What is due first stands on top.") % {"count": count - 1}
    return _("%(count)s cases wait for a person. What is due first stands on top.") % {"count": count}

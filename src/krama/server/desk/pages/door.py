# SPDX-License-Identifier: Apache-2.0
"""Testing the child's door: a report that says it is a test goes the way of every report, and somebody opens it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases.reach import visible
from krama.server.intake.actions.take import take
from krama.server.intake.models import Report, Topic

SHOWN = 5


@page(Operation.TEST_DOOR)
def door(request: StaffRequest) -> HttpResponse:
    """What a test does, and how the last ones went."""
    return render(request, "desk/door.html", {"tests": _tests(request)})


@page(Operation.TEST_DOOR, "POST")
def send(request: StaffRequest) -> HttpResponse:
    """One test report, in this person's name: the trail says who sent it, and that it was a test."""
    language = "en" if get_language() == "en" else "km"
    take(request.user, pk=uuid4(), topic=Topic.TEST, door=Report.Door.PAGE, language=language, answers={})
    messages.success(request, _("Sent. In a moment it is a case; open it there."))
    return redirect("desk:door")


def _tests(request: StaffRequest) -> list[tuple[Report, str]]:
    """The newest ones, each with its case once it has reached one that this person may see."""
    found = list(Report.objects.filter(topic=Topic.TEST).order_by("-at")[:SHOWN])
    cases = visible(request.user).filter(items__report__in=found)
    refs = dict(cases.values_list("items__report", "ref"))
    return [(one, refs.get(one.pk, "")) for one in found]

# SPDX-License-Identifier: Apache-2.0
"""One page for the person who reviews, seen by nobody else; one where the administrator writes what the firm does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.forms import CareForm, ChoicesForm
from krama.server.wellbeing.whose import choices_of


@page(Operation.READ_CASES)
def mine(request: StaffRequest) -> HttpResponse:
    """The address names nobody: it is the page of whoever opens it."""
    return _render(request, None)


@page(Operation.READ_CASES, "POST")
def choose(request: StaffRequest) -> HttpResponse:
    form = ChoicesForm(request.POST, most=queries.care().daily_minutes)
    if not form.is_valid():
        return _render(request, form, status=422)
    actions.choose(request.user, minutes=form.cleaned_data["minutes"], kinds=form.cleaned_data["kinds"])
    messages.success(request, _("Kept. Nobody else sees what you chose."))
    return redirect("wellbeing:mine")


@page(Operation.READ_CASES, "POST")
def rest(request: StaffRequest) -> HttpResponse:
    actions.rest(request.user)
    messages.success(request, _("Your break begins. The cases wait."))
    return redirect("wellbeing:mine")


@page(Operation.READ_CASES, "POST")
def end_rest(request: StaffRequest) -> HttpResponse:
    actions.end_rest(request.user)
    return redirect("wellbeing:mine")


@page(Operation.CHANGE_CARE, "GET", "POST")
def firm(request: StaffRequest) -> HttpResponse:
    """The counsellor and the limits; nothing of any person is here."""
    row = queries.care()
    form = CareForm(request.POST or None, instance=row)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            actions.set_care(request.user, row=form.save(commit=False))
            messages.success(request, _("Saved. Those who review see it at once."))
            return redirect("wellbeing:care")
        status = 422
    known = queries.care()
    context = {"form": form, "care": known, "fresh": queries.is_fresh(known, timezone.localdate())}
    return render(request, "wellbeing/care.html", context, status=status)


def _render(request: StaffRequest, form: ChoicesForm | None, *, status: int = 200) -> HttpResponse:
    care, chosen = queries.care(), choices_of(request.user)
    said = {"minutes": chosen.minutes, "kinds": sorted(chosen.kinds)}
    context: dict[str, Any] = {
        "day": queries.day_of(request.user),
        "counters": queries.counters(request.user),
        "today": timezone.localdate(),
        "care": care,
        "fresh": queries.is_fresh(care, timezone.localdate()),
        "form": form or ChoicesForm(initial=said, most=care.daily_minutes),
    }
    return render(request, "wellbeing/mine.html", context, status=status)

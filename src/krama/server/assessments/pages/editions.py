# SPDX-License-Identifier: Apache-2.0
"""Pages on editions: all of them, one as it was, and two side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.assessments.actions import editions as actions
from krama.server.assessments.forms.editions import DecideForm, SubmitForm
from krama.server.assessments.models import Edition
from krama.server.assessments.queries import editions as queries
from krama.server.assessments.queries.assessment import counts
from krama.server.assessments.queries.catalogue import firm

CHIPS = {Edition.State.SUBMITTED: "due", Edition.State.APPROVED: "ok", Edition.State.RETURNED: "stop"}


@page(Operation.READ_GUIDELINES)
def editions(request: StaffRequest) -> HttpResponse:
    """Every edition, and the way to submit the next."""
    return _editions(request, SubmitForm())


@page(Operation.CHANGE_GUIDELINES, "POST")
def submit(request: StaffRequest) -> HttpResponse:
    """Write down how everything stands now."""
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _editions(request, form, status=422)
    made = actions.submit(request.user, name=form.cleaned_data["name"])
    messages.success(request, _("Submitted. Another person approves it."))
    return redirect("assessments:edition", made.number)


@page(Operation.READ_GUIDELINES)
def edition(request: StaffRequest, number: int) -> HttpResponse:
    """One edition as it was."""
    return _edition(request, number, DecideForm())


@page(Operation.APPROVE, "POST")
def decide(request: StaffRequest, number: int) -> HttpResponse:
    """Approve it, or send it back and say why."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _edition(request, number, form, status=422)
    if form.cleaned_data["decision"] == "approve":
        actions.approve(request.user, number=number, note=form.cleaned_data["note"])
        messages.success(request, _("Approved. It stays as it is."))
    else:
        actions.send_back(request.user, number=number, note=form.cleaned_data["note"])
        messages.success(request, _("Sent back. What was submitted stays readable."))
    return redirect("assessments:edition", number)


@page(Operation.READ_GUIDELINES)
def compare(request: StaffRequest) -> HttpResponse:
    """Two editions side by side; without a choice the last two."""
    known = queries.editions()
    numbers = [row.number for row in known]
    after = _chosen(request, "to", numbers, numbers[0] if numbers else 0)
    before = _chosen(request, "from", numbers, next((one for one in numbers if one < after), after))
    language = get_language() or "en"
    context: dict[str, Any] = {"editions": known, "before": None, "after": None}
    if numbers:
        old, new = queries.edition_of(before), queries.edition_of(after)
        rows = queries.compared(old.body, new.body, language)
        context |= {
            "before": old,
            "after": new,
            "rows": [row for row in rows if row.change != "same"],
            "counts": Counter(row.change for row in rows),
            "pillars": list(zip(queries.pillars(old.body, language), queries.pillars(new.body, language), strict=True)),
        }
    return render(request, "assessments/edition_compare.html", context)


def _editions(request: StaffRequest, form: SubmitForm, status: int = 200) -> HttpResponse:
    context = {
        "firm": firm(),
        "editions": [(row, CHIPS[Edition.State(row.state)]) for row in queries.editions()],
        "counts": counts(),
        "form": form,
        "may_submit": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/editions.html", context, status=status)


def _edition(request: StaffRequest, number: int, form: DecideForm, status: int = 200) -> HttpResponse:
    row, language = queries.edition_of(number), get_language() or "en"
    waits = row.state == Edition.State.SUBMITTED
    context = {
        "edition": row,
        "chip": CHIPS[Edition.State(row.state)],
        "pillars": queries.pillars(row.body, language),
        "groups": queries.by_area(row.body, language),
        "firm_name": row.body["profile"][f"firm_{language}"],
        "live": Counter(proof["state"] for proof in row.body["live"]),
        "form": form,
        "may_decide": waits and may(request.user, Operation.APPROVE) and row.submitted_by_id != request.user.pk,
        "waits_for_other": waits and row.submitted_by_id == request.user.pk,
    }
    return render(request, "assessments/edition.html", context, status=status)


def _chosen(request: StaffRequest, name: str, numbers: list[int], otherwise: int) -> int:
    given = request.GET.get(name, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else otherwise
    return number if number in numbers else otherwise

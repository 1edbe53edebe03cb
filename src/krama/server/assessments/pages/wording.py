# SPDX-License-Identifier: Apache-2.0
"""The wording desk: which Khmer awaits a native reader, the workbook for one, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from krama.guidelines.faults import BadWorkbook
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.assessments.actions.wording import take
from krama.server.assessments.forms.wording import WorkbookForm
from krama.server.assessments.queries import wording as queries

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS = 100
SOURCES = {
    "screens": gettext_lazy("Pages of Krama"),
    "learning": gettext_lazy("What children, parents and teachers read"),
    "playbooks": gettext_lazy("Playbooks of cases, and their warnings"),
    "policy": gettext_lazy("Policy papers"),
    "packs": gettext_lazy("Sector packs"),
    "country": gettext_lazy("The country’s facts"),
    "catalogue": gettext_lazy("The catalogue of requirements"),
    "law": gettext_lazy("The law as context"),
    "code": gettext_lazy("Words on printed papers, and messages"),
}


@page(Operation.READ_GUIDELINES)
def wording(request: StaffRequest) -> HttpResponse:
    """What is read and what waits, source by source."""
    return _wording(request)


@page(Operation.READ_GUIDELINES)
def workbook(request: StaffRequest) -> HttpResponse:
    """Every Khmer text with its English and its place."""
    made = queries.workbook(queries.stands())
    return HttpResponse(made, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="khmer.xlsx"'})


@page(Operation.CHANGE_GUIDELINES, "POST")
def upload(request: StaffRequest) -> HttpResponse:
    """A reviewer's workbook: all of it or nothing."""
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _wording(request, form, status=422)
    content, reviewer = form.cleaned_data["file"].read(), " ".join(form.cleaned_data["reviewer"].split())
    try:
        taken = take(request.user, content=content, reviewer=reviewer)
    except BadWorkbook as problem:
        return _wording(request, form, problem, status=422)
    said = _(
        "%(read)s texts are marked as read, %(corrected)s of them corrected. Pages change when Krama starts again."
    )
    messages.success(request, said % {"read": taken.read, "corrected": taken.corrected})
    return redirect("assessments:wording")


def _wording(
    request: StaffRequest, form: WorkbookForm | None = None, problem: BadWorkbook | None = None, status: int = 200
) -> HttpResponse:
    found = queries.stands()
    waiting: dict[str, list[queries.Stand]] = {}
    for one in found:
        if one.child and not one.by:
            waiting.setdefault(one.source, []).append(one)
    context: dict[str, Any] = {
        "counts": [(SOURCES[count.source], count) for count in queries.counts(found)],
        "waiting": [(source, SOURCES[source], rows) for source, rows in waiting.items()],
        "waits": sum(map(len, waiting.values())),
        "form": form or WorkbookForm(),
        "faults": _faults(problem) if problem else [],
        "more": max(len(problem.faults) - MOST_FAULTS, 0) if problem else 0,
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/wording.html", context, status=status)


def _faults(problem: BadWorkbook) -> list[dict[str, object]]:
    language = get_language() or "en"
    return [
        {"sheet": one.sheet, "row": one.row, "column": one.column, "why": one.why.in_(language)}
        for one in problem.faults[:MOST_FAULTS]
    ]

# SPDX-License-Identifier: Apache-2.0
"""Pages on official clauses: what is in force, a filled workbook checked, what it changes, and loading it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from krama.errors import BadInput
from krama.guidelines.clause_sheets import template as workbook
from krama.guidelines.clauses import read_file, sample
from krama.guidelines.faults import BadWorkbook
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.assessments.actions import clauses as actions
from krama.server.assessments.forms.clauses import ClausesForm
from krama.server.assessments.queries import clauses as queries

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200  # faults on the page; whoever has more begins with these


@page(Operation.READ_GUIDELINES)
def clauses(request: StaffRequest) -> HttpResponse:
    """What is in force, whose text it is, and which answers need another look."""
    return _page(request)


@page(Operation.READ_GUIDELINES)
def template(request: StaffRequest) -> HttpResponse:
    """The workbook that a ministry fills."""
    headers = {"Content-Disposition": 'attachment; filename="clauses.xlsx"'}
    return HttpResponse(workbook(), content_type=XLSX, headers=headers)


@page(Operation.CHANGE_GUIDELINES, "POST")
def upload(request: StaffRequest) -> HttpResponse:
    """A filled workbook: its faults by cell, or what it would change. Nothing is in force yet."""
    form = ClausesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    file: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        found = read_file(file.read(), file.name or "")
    except BadWorkbook as problem:
        return _page(request, form=form, faults=_told(problem), name=file.name, status=422)
    except BadInput as problem:
        form.add_error("file", problem.detail)
        return _page(request, form=form, status=422)
    row = actions.keep_checked(request.user, catalogue=found)
    messages.success(request, _("The file is in order. Look at what it changes, then load it."))
    return redirect("assessments:clauses_checked", row.pk)


@page(Operation.CHANGE_GUIDELINES, "POST")
def check_sample(request: StaffRequest) -> HttpResponse:
    """The sample that came with Krama, checked like any other file."""
    row = actions.keep_checked(request.user, catalogue=sample())
    return redirect("assessments:clauses_checked", row.pk)


@page(Operation.READ_GUIDELINES)
def checked(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What a checked file changes."""
    row = queries.checked_file(pk)
    return _diff(request, row, {"row": row})


@page(Operation.CHANGE_GUIDELINES, "POST")
def load(request: StaffRequest, pk: UUID) -> HttpResponse:
    """It holds from now on."""
    row = queries.checked_file(pk)
    return _loaded(request, actions.load(request.user, row=row, against=request.POST.get("against", "")[:64]))


@page(Operation.READ_GUIDELINES, "GET", "POST")
def shipped(request: StaffRequest) -> HttpResponse:
    """What going back to the catalogue that came with Krama changes; then going back."""
    if request.method != "POST":
        return _diff(request, None, {"back": True})
    require(request.user, Operation.CHANGE_GUIDELINES)
    return _loaded(request, actions.go_back(request.user, against=request.POST.get("against", "")[:64]))


def _loaded(request: StaffRequest, done: actions.Loaded) -> HttpResponse:
    messages.success(request, _("It is in force. Every answer is kept."))
    if done.look:
        said = ngettext("%(count)s answer needs another look.", "%(count)s answers need another look.", done.look)
        messages.warning(request, said % {"count": done.look})
    return redirect("assessments:clauses")


def _diff(request: StaffRequest, row: Any, more: dict[str, Any]) -> HttpResponse:
    context = {
        **queries.diff(row, get_language() or "en"),
        **more,
        "in_force": row.in_force if row else queries.held("en").row is None,
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/clauses_checked.html", context)


def _page(request: StaffRequest, form: ClausesForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "held": queries.held(language),
        "looks": queries.looks(language),
        "checked": queries.checked(),
        "form": form or ClausesForm(),
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
        **more,
    }
    return render(request, "assessments/clauses.html", context, status=status)


def _told(problem: BadWorkbook) -> list[dict[str, object]]:
    language = get_language() or "en"
    return [
        {"sheet": fault.sheet, "row": fault.row or "–", "column": fault.column or "–", "why": fault.why.in_(language)}
        for fault in problem.faults[:MOST_SHOWN]
    ]

# SPDX-License-Identifier: Apache-2.0
"""Pages for answering without a network: the workbook out, and back in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from krama.guidelines.workbook import BadWorkbook
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.assessments.actions import answers_book as actions
from krama.server.assessments.forms.packs import AnswersForm
from krama.server.assessments.queries.catalogue import catalogue, firm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Operation.READ_GUIDELINES)
def answers_book(request: StaffRequest) -> HttpResponse:
    """The workbook with every line that applies, and the answers that stand now."""
    name = f"answers-{timezone.localdate().isoformat()}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(actions.export_answers(request.user), content_type=XLSX, headers=headers)


@page(Operation.READ_GUIDELINES, "GET", "POST")
def answers_upload(request: StaffRequest) -> HttpResponse:
    """Both ways on one page; a workbook with faults is answered cell by cell, and then nothing is taken."""
    if request.method != "POST":
        return _shown(request, AnswersForm())
    form = AnswersForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=422)
    try:
        taken = actions.import_answers(request.user, content=form.cleaned_data["file"].read())
    except BadWorkbook as problem:
        language = get_language() or "en"
        faults = [
            {"place": " ".join(filter(None, (fault.sheet, fault.cell))), "why": fault.why.in_(language)}
            for fault in problem.faults
        ]
        return _shown(request, AnswersForm(), status=422, faults=faults)
    return _shown(request, AnswersForm(), taken=taken, beside=_texts(taken.beside))


def _shown(request: StaffRequest, form: AnswersForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "firm": firm(), **more}
    return render(request, "assessments/answers_book.html", context, status=status)


def _texts(ids: tuple[str, ...]) -> list[dict[str, str]]:
    language, held = get_language() or "en", catalogue()
    found = [(id, held.line(id)) for id in ids]
    return [{"id": id, "text": line.text.in_(language)} for id, line in found if line]

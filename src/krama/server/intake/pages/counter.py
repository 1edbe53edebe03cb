# SPDX-License-Identifier: Apache-2.0
"""`/intake/new`: a report taken down by staff at a telephone or in a shop. It shows no report, only takes one.

Sent twice, it is one report with one code: the page carries the report's id, sealed, as the public page does.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import Conflict
from krama.sealing import in_fours
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.intake import form as sealed
from krama.server.intake import help
from krama.server.intake.actions import receipt, take
from krama.server.intake.form import Form, FormGone
from krama.server.intake.forms import TakenForm
from krama.server.intake.models import Report, Topic
from krama.server.intake.questions import LONGEST_SHORT
from krama.server.intake.words import one_line, typed


@page(Operation.TAKE_REPORT, "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    """The form; what was written stays in it until it can be saved."""
    if request.method != "POST":
        return _shown(request, sealed.fresh(door=Report.Door.STAFF), TakenForm())
    filled = TakenForm(request.POST)
    try:
        found = sealed.opened(request.POST.get("t", ""))
    except FormGone:
        note = _("This page was open for a long time. Please send it again.")
        return _shown(request, sealed.fresh(door=Report.Door.STAFF), filled, status=422, note=note)
    if not filled.is_valid():
        return _shown(request, found, filled, status=422)
    return _saved(request, found, filled)


def _saved(request: StaffRequest, found: Form, filled: TakenForm) -> HttpResponse:
    said = filled.cleaned_data
    report = take.take(
        request.user,
        pk=found.pk,
        topic=said["topic"] or str(Topic.DANGER),
        door=Report.Door.STAFF,
        language=said["language"],
        answers={question: _clean(question, text) for question, text in filled.answers().items() if text},
    )
    if said["in_danger"]:
        report = take.mark_emergency(request.user, report=report)
    try:
        code = in_fours(receipt.give_code(request.user, report=report, secret=found.code_secret()))
    except Conflict:
        code = ""
    context = {"report": report, "code": code, **_help()}
    return render(request, "intake/taken.html", context)


def _shown(request: StaffRequest, found: Form, filled: TakenForm, *, status: int = 200, note: str = "") -> HttpResponse:
    context = {"form": filled, "token": found.sealed(), "note": note, **_help()}
    return render(request, "intake/counter.html", context, status=status)


def _help() -> dict[str, object]:
    language = get_language() or "en"
    return {"support": help.support(language), "emergency": help.emergency(language)}


def _clean(question: str, text: str) -> str:
    return typed(text, len(text)) if question == "words" else one_line(text, LONGEST_SHORT)

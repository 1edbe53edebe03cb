# SPDX-License-Identifier: Apache-2.0
"""Pages on the firm's papers: what there is, one paper with its versions, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.assessments.actions import papers as actions
from krama.server.assessments.forms.papers import SheetForm
from krama.server.assessments.models import Paper
from krama.server.assessments.queries import papers as queries
from krama.server.assessments.queries.catalogue import firm
from krama.server.web.printing import FORMS
from krama.server.web.printing import printed as response


@page(Operation.READ_GUIDELINES)
def papers(request: StaffRequest) -> HttpResponse:
    """Every paper this firm can have, and where it stands."""
    language = get_language() or "en"
    rows = [
        {"kind": shown.kind, "title": shown.title.in_(language), "newest": shown.newest, "current": shown.current}
        for shown in queries.papers()
    ]
    context = {"firm": firm(), "papers": rows, "may_change": may(request.user, Operation.CHANGE_GUIDELINES)}
    return render(request, "assessments/papers.html", context)


@page(Operation.READ_GUIDELINES)
def paper(request: StaffRequest, kind: str) -> HttpResponse:
    """One paper: its text, its versions, who signed."""
    return _paper(request, kind)


@page(Operation.CHANGE_GUIDELINES, "POST")
def write(request: StaffRequest, kind: str) -> HttpResponse:
    """A new draft."""
    made = actions.write(request.user, kind=queries.paper_of(kind).kind)
    messages.success(request, _("Draft %(number)s is written. Another person approves it.") % {"number": made.number})
    return redirect("assessments:paper", kind)


@page(Operation.APPROVE, "POST")
def approve(request: StaffRequest, kind: str) -> HttpResponse:
    """The draft that was read holds from now on."""
    actions.approve(request.user, kind=kind, number=_number(request))
    messages.success(request, _("Approved. It holds from now on."))
    return redirect("assessments:paper", kind)


@page(Operation.READ_GUIDELINES, "POST")
def sign(request: StaffRequest, kind: str) -> HttpResponse:
    """A person signs; or a head, a deputy or the officer records a sheet that was signed by hand."""
    if "people" not in request.POST:
        actions.sign(request.user, kind=kind, number=_number(request))
        messages.success(request, _("Signed. Thank you."))
        return redirect("assessments:paper", kind)
    form = SheetForm(request.POST)
    if not form.is_valid():
        return _paper(request, kind, form, status=422)
    require(request.user, Operation.ANSWER_LINE, form.cleaned_data["unit"])
    actions.record_sheet(request.user, kind=kind, **form.cleaned_data)
    messages.success(request, _("The signed sheet is recorded."))
    return redirect("assessments:paper", kind)


@page(Operation.READ_GUIDELINES)
def file(request: StaffRequest, kind: str, number: int, lang: str, form: str) -> HttpResponse:
    """One version to read or to print."""
    document = queries.printed(kind, number, lang)
    return response(document, form, f"{kind}-{number}-{lang}")


def _paper(request: StaffRequest, kind: str, form: SheetForm | None = None, status: int = 200) -> HttpResponse:
    shown, language = queries.paper_of(kind), get_language() or "en"
    newest, current = shown.newest, shown.current
    to_sign = current if shown.is_signed else None
    context = {
        "kind": kind,
        "title": shown.title.in_(language),
        "paper": newest,
        "current": current,
        "blocks": _blocks(newest, language),
        "awaits_reader": queries.awaits_review(kind, firm()),
        "languages": (("km", "ភាសាខ្មែរ"), ("en", "English")),
        "forms": FORMS,
        "to_sign": to_sign,
        "signed": queries.signed(to_sign) if to_sign else [],
        "has_signed": to_sign is not None and queries.has_signed(to_sign, request.user),
        "has_unit": request.user.unit_id is not None,
        "form": form or SheetForm(),
        "records": may(request.user, Operation.ANSWER_LINE) or _leads(request),
        "may_write": may(request.user, Operation.CHANGE_GUIDELINES),
        "may_approve": _may_approve(request, newest),
    }
    return render(request, "assessments/paper.html", context, status=status)


def _number(request: StaffRequest) -> int:
    """The version that the page showed; 0, which is none, when it was not said."""
    number = request.POST.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0


def _blocks(paper: Paper | None, language: str) -> list[dict[str, Any]]:
    """The text's blocks; a template cannot say `items`, since that is a word of every mapping."""
    blocks = paper.body[language]["blocks"] if paper else []
    return [{**block, "items_": block.get("items", [])} for block in blocks]


def _may_approve(request: StaffRequest, newest: Paper | None) -> bool:
    if newest is None or newest.state != Paper.State.DRAFT:
        return False
    return may(request.user, Operation.APPROVE) and newest.written_by_id != request.user.pk


def _leads(request: StaffRequest) -> bool:
    return request.user.heads.exists() or request.user.deputises.exists()

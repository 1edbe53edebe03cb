# SPDX-License-Identifier: Apache-2.0
"""One line of the register on its page, and answering what it asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.confidentiality import words
from krama.server.confidentiality.actions import weigh as actions
from krama.server.confidentiality.documents.records import said
from krama.server.confidentiality.facts import changes
from krama.server.confidentiality.forms.register import EndForm, TreatForm, WeighForm
from krama.server.confidentiality.models import LineVersion
from krama.server.confidentiality.queries import register as queries


@page(Operation.SIGNED_IN, "POST")
def weigh(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Do we need it? A named person's answer."""
    require(request.user, Operation.WRITE_REGISTER, queries.line_of(pk).row)
    form = WeighForm(request.POST)
    if not form.is_valid():
        return line_page(request, pk, weigh_form=form, status=422)
    try:
        actions.weigh(request.user, line=pk, **form.answers())
    except BadInput:
        return line_page(request, pk, weigh_form=form, note=_("Say why, in words."), status=422)
    except Conflict:
        return line_page(request, pk, weigh_form=_again(WeighForm, request, pk), note=_moved(), status=409)
    messages.success(request, _("Thank you. Your answer stands with your name."))
    return redirect("confidentiality:line", pk)


@page(Operation.SIGNED_IN, "POST")
def treat(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What is done about the risk, and what remains."""
    require(request.user, Operation.WRITE_REGISTER, queries.line_of(pk).row)
    form = TreatForm(request.POST)
    if not form.is_valid():
        return line_page(request, pk, treat_form=form, status=422)
    try:
        actions.treat(request.user, line=pk, **form.cleaned_data)
    except BadInput:
        return line_page(request, pk, treat_form=form, note=_("Say it in words."), status=422)
    except Conflict:
        return line_page(request, pk, treat_form=_again(TreatForm, request, pk), note=_moved(), status=409)
    messages.success(request, _("Saved. The next impact assessment says it."))
    return redirect("confidentiality:line", pk)


def line_page(request: StaffRequest, pk: UUID, *, note: str = "", status: int = 200, **bound: Any) -> HttpResponse:
    """The page with its forms; a bound one keeps what was typed."""
    one = queries.line_of(pk)
    start = {"seen": one.row.version}
    context = {
        "one": one,
        "row": one.row,
        "note": note,
        "facts": list(said(one.row)),
        "gaps": [words.GAPS[code] for code in one.gaps],
        "level": words.LEVELS[one.risk.level],
        "level_chip": words.CHIPS[one.risk.level],
        "reasons": [words.REASONS[code] for code in (*one.risk.severe, *one.risk.likely)],
        "history": _history(list(queries.history(pk))),
        "may_write": one.row.ended_at is None and may(request.user, Operation.WRITE_REGISTER, one.row),
        "weigh_form": bound.get("weigh_form") or WeighForm(initial=start),
        "treat_form": bound.get("treat_form") or TreatForm(initial=start, auto_id="treat_%s"),
        "end_form": EndForm(initial=start, auto_id="end_%s"),
    }
    return render(request, "confidentiality/line.html", context, status=status)


def _again(form: Any, request: StaffRequest, pk: UUID) -> Any:
    """What was typed, now about the version that is shown."""
    data = request.POST.copy()
    data["seen"] = str(queries.line_of(pk).row.version)
    return form(data)


def _moved() -> str:
    return _("The line has changed since you looked. Your words stand below; read the line again, then send them.")


def _history(versions: list[LineVersion]) -> list[dict[str, Any]]:
    """Each version with what changed against the one before it."""
    older = [*[one.facts for one in versions[1:]], {}]
    return [
        {"row": one, "changed": [words.FACTS[name] for name in changes(before, one.facts)] if before else []}
        for one, before in zip(versions, older, strict=True)
    ]

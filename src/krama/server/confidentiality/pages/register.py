# SPDX-License-Identifier: Apache-2.0
"""Pages of the register: what is held, one line with its history, and writing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, require
from krama.server.confidentiality import words
from krama.server.confidentiality.actions import register as actions
from krama.server.confidentiality.documents.records import by_name
from krama.server.confidentiality.facts import Facts, changes, facts_of
from krama.server.confidentiality.forms.register import LineForm, PartyForms, parties_of, typed
from krama.server.confidentiality.models import Line
from krama.server.confidentiality.pages.line import line_page
from krama.server.confidentiality.queries import register as queries


@page(Operation.SIGNED_IN)
def register(request: StaffRequest) -> HttpResponse:
    """The lines that this person may read; what lacks something says so."""
    ended = request.GET.get("state") == "ended"
    found = queries.lines(request.user, ended=ended)
    context = {
        "lines": [row_of(one) for one in found],
        "ended": ended,
        "late": sum(one.is_late for one in found),
        "open": queries.not_weighed(found),
        "may_add": queries.units_of(request.user, Operation.WRITE_REGISTER).exists(),
    }
    return render(request, "confidentiality/register.html", context)


def row_of(one: queries.Shown) -> dict[str, Any]:
    """One line of the list."""
    return {
        "row": one.row,
        "categories": [words.CATEGORIES[code] for code in one.row.categories],
        "level": words.LEVELS[one.risk.level],
        "level_chip": words.CHIPS[one.risk.level],
        "gaps": [words.GAPS[code] for code in one.gaps],
        "late": one.is_late,
        "gone": one.gone,
        "decision": one.weighing.get_decision_display() if one.is_weighed and one.weighing else "",
    }


@page(Operation.SIGNED_IN)
def line(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One line: its facts, its risk, the minimisation question, and every version it had."""
    require(request.user, Operation.READ_REGISTER, queries.line_of(pk).row)
    return line_page(request, pk)


@page(Operation.SIGNED_IN, "GET", "POST")
def add(request: StaffRequest) -> HttpResponse:
    """A line made by hand."""
    units = queries.units_of(request.user, Operation.WRITE_REGISTER).filter(is_active=True)
    if not units:
        require(request.user, Operation.WRITE_REGISTER)
    return _written(request, None, units.first() if len(units) == 1 else None)


@page(Operation.SIGNED_IN, "GET", "POST")
def change(request: StaffRequest, pk: UUID) -> HttpResponse:
    """All facts of a line; who writes at the same time as somebody else is shown both, and loses no word."""
    row = queries.line_of(pk).row
    require(request.user, Operation.WRITE_REGISTER, row)
    return _written(request, row, None)


@page(Operation.SIGNED_IN, "POST")
def review(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Looked at, and right."""
    require(request.user, Operation.WRITE_REGISTER, queries.line_of(pk).row)
    try:
        actions.review(request.user, line=pk, seen=seen(request))
    except Conflict:
        return line_page(request, pk, note=_("The line has changed since you looked; read it again."), status=409)
    messages.success(request, _("Thank you. It is looked at again in a year."))
    return redirect("confidentiality:line", pk)


@page(Operation.SIGNED_IN, "POST")
def end(request: StaffRequest, pk: UUID) -> HttpResponse:
    """It is not held any more."""
    require(request.user, Operation.WRITE_REGISTER, queries.line_of(pk).row)
    try:
        actions.end(request.user, line=pk, seen=seen(request), why=request.POST.get("why", ""))
    except BadInput:
        return line_page(request, pk, note=_("Say in a sentence how it came to an end."), status=422)
    except Conflict:
        return line_page(request, pk, note=_("The line has changed since you looked; read it again."), status=409)
    messages.success(request, _("Recorded. The line and its past stay."))
    return redirect("confidentiality:line", pk)


def seen(request: StaffRequest) -> int:
    """The version that the page showed; 0, which is none, when it was not said."""
    number = request.POST.get("seen", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0


def _written(request: StaffRequest, row: Line | None, unit: Any) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    was = row.review_on if row else None
    form = LineForm(data, initial=typed(row, unit), person=request.user, review_was=was)
    parties = PartyForms(data, initial=[dict(one) for one in row.third_parties] if row else None, prefix="party")
    if data is None:
        return _form_page(request, row, form, parties)
    if not (form.is_valid() & parties.is_valid()):
        return _form_page(request, row, form, parties, status=422)
    facts = form.take(parties_of(parties))
    if facts is None:
        return _form_page(request, row, form, parties, status=422)
    try:
        made = actions.write(request.user, facts=facts, line=row.pk if row else None, seen=form.cleaned_data["seen"])
    except BadInput:
        form.add_error(None, _("Nothing would change. If it is right as it stands, say that you looked at it."))
        return _form_page(request, row, form, parties, status=422)
    except Conflict:
        return _both(request, queries.line_of(row.pk).row if row else None, facts, parties)
    messages.success(request, _("Saved as version %(number)s.") % {"number": made.version})
    return redirect("confidentiality:line", made.pk)


def _both(request: StaffRequest, row: Line | None, facts: Facts, parties: Any) -> HttpResponse:
    """What somebody else saved meanwhile, beside what this person wrote; sending again writes over it knowingly."""
    assert row is not None
    if row.ended_at is not None:
        return line_page(request, row.pk, note=_("This is not held any more; write a new line."), status=409)
    data = request.POST.copy()
    data["seen"] = str(row.version)
    form = LineForm(data, person=request.user, review_was=row.review_on)
    differ = changes(facts_of(row).plain(), facts.plain())
    told = by_name(row)
    theirs = [(words.FACTS[name], told[name] or "–") for name in differ]
    return _form_page(request, row, form, parties, status=409, theirs=theirs)


def _form_page(
    request: StaffRequest, row: Line | None, form: LineForm, parties: Any, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"row": row, "form": form, "parties": parties, **more}
    return render(request, "confidentiality/line_form.html", context, status=status)

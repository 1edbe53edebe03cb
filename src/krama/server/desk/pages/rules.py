# SPDX-License-Identifier: Apache-2.0
"""The rules that say how urgent a case is: read by all who work on cases, changed after seeing what that does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import BadInput
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.cases import reach, triage
from krama.server.cases.actions import rules as actions_rules
from krama.server.cases.models import Lane, Severity
from krama.text import BadEntry
from krama.triage import Move, Rule, read_rules

SHOWN = 50


@page(Operation.READ_CASES)
def rules(request: StaffRequest) -> HttpResponse:
    """Those in force, in words and as the file."""
    return _rules(request)


@page(Operation.CHANGE_RULES, "POST")
def check(request: StaffRequest) -> HttpResponse:
    """What other rules would have done to the past month; nothing is changed."""
    text = _text(request)
    try:
        book = read_rules(text)
        total, moves = actions_rules.try_out(request.user, book=book)
    except BadEntry as problem:
        return _rules(request, text=text, fault=problem.detail, status=422)
    tried = {"version": book.version, "total": total, "moves": _moves(request.user, moves), "count": len(moves)}
    return _rules(request, text=text, tried=tried)


@page(Operation.CHANGE_RULES, "POST")
def load(request: StaffRequest) -> HttpResponse:
    """From now on; with a mistake in it the last good ones stay."""
    text = _text(request)
    try:
        book = actions_rules.load(request.user, text=text)
    except (BadEntry, BadInput) as problem:
        return _rules(request, text=text, fault=problem.detail, status=422)
    messages.success(request, _("Version %(version)s is in force from now on.") % {"version": book.version})
    return redirect("desk:rules")


def _text(request: StaffRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")  # as browsers send what was typed


def _moves(reader: User, moves: list[Move]) -> list[dict[str, Any]]:
    """Those of cases that the reader may know of."""
    known = set(reach.visible(reader).filter(ref__in={move.ref for move in moves}).values_list("ref", flat=True))
    shown = [move for move in moves if move.ref in known][:SHOWN]
    return [{"ref": one.ref, "before": _place(one.before), "after": _place(one.after)} for one in shown]


def _place(one: Any) -> str:
    return f"{Severity(one.priority).label}, {Lane(one.lane).label}"


def _rules(
    request: StaffRequest, *, text: str = "", fault: str = "", tried: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    book = triage.rules()
    context = {
        "version": book.version,
        "rules": [_said(rule) | {"place": _place(rule)} for rule in book.rules],
        "raises": [_said(rule) | {"steps": rule.steps} for rule in book.raises],
        "text": text or triage.body(),
        "fault": fault,
        "tried": tried,
        "may_change": may(request.user, Operation.CHANGE_RULES),
    }
    return render(request, "desk/rules.html", context, status=status)


def _said(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "text": rule.text.in_(get_language() or "en"), "spread": rule.spread}

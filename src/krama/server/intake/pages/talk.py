# SPDX-License-Identifier: Apache-2.0
"""Coming back with a code: how it stands in plain words, what staff wrote, and more that the reporter wants to say.

What the reporter said before is never shown: whoever else holds the phone reads nothing of it.
"""

from __future__ import annotations

import math
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from krama.sealing import BadCode
from krama.server.intake import queries
from krama.server.intake.actions import take, write_back
from krama.server.intake.crowd import ALL_CODES, CODES
from krama.server.intake.form import Form
from krama.server.intake.models import Report
from krama.server.intake.pages.frame import page
from krama.server.intake.questions import LONGEST_WORDS
from krama.server.intake.words import typed

USUAL_FOR = 60.0  # seconds for which the usual time is taken as read
_usual: list[tuple[float, float | None]] = []


def enter(request: HttpRequest, found: Form) -> HttpResponse:
    """The page for the code, and what it opens."""
    code = request.POST.get("code", "")
    if not code:
        return _ask(request, found)
    here = request.META.get("REMOTE_ADDR", "")
    if _too_many(here):
        return _ask(request, found, _("Too many codes were tried. Please wait ten minutes, or call."), 429)
    try:
        receipt, report = queries.by_code(code)
    except BadCode:
        return _ask(request, found, _("A code has 16 numbers. Please look at each of them again."), 422)
    if report is None:
        CODES.over(here)
        ALL_CODES.over("")
        return _ask(request, found, _("No report has this code. Please look at each number again."), 404)
    return show(request, Form(str(report.pk), reply=receipt.private.hex()), report)


def step(request: HttpRequest, found: Form) -> HttpResponse:
    """More information, or taking it back."""
    report = queries.at_the_door(found.pk)
    if report is None or not found.reply:
        return _ask(request, found)
    wish = request.POST.get("do", "")
    if wish == "withdraw":
        take.withdraw(take.PUBLIC, report=report)
        report = queries.at_the_door(found.pk) or report
    said = typed(request.POST.get("answer", ""), LONGEST_WORDS)
    if wish == "more" and said:
        take.add(take.PUBLIC, report=report, question="more", said=said, mark=found.mark("more", said))
        return show(request, found, report, note=_("We have it. Thank you."))
    return show(request, found, report)


def show(request: HttpRequest, found: Form, report: Report, note: str = "") -> HttpResponse:
    messages = [text for _row, text in queries.messages_for_reporter(report, bytes.fromhex(found.reply))]
    write_back.mark_read(report)
    context = {"form": found.at_step("talk"), "report": report, "messages": messages, "note": note, **times()}
    return page(request, "talk", context)


def times() -> dict[str, Any]:
    """How long a first answer usually takes, in whole hours or minutes; nothing is promised where nothing is known."""
    minutes = _usual_minutes()
    if minutes is None:
        return {"usual": None}
    if minutes > queries.ROUNDED:
        return {"usual": math.ceil(minutes / 60), "unit": "hours"}
    return {"usual": max(1, math.ceil(minutes)), "unit": "minutes"}


def _usual_minutes() -> float | None:
    """Asked once a minute in each process: it reads every answer of three months."""
    if not _usual or time.monotonic() - _usual[0][0] > USUAL_FOR:
        _usual[:] = [(time.monotonic(), queries.usual_minutes())]
    return _usual[0][1]


def _too_many(here: str) -> bool:
    return CODES.is_over(here) or ALL_CODES.is_over("")


def _ask(request: HttpRequest, found: Form, note: str = "", status: int = 200) -> HttpResponse:
    form = found if found.step == "topic" else found.at_step("topic")
    return page(request, "code", {"form": form, "note": note}, status=status)

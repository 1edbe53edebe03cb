# SPDX-License-Identifier: Apache-2.0
"""`/report`: every step at one address. What is sent is stored before the next question is asked."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from krama.errors import Conflict
from krama.server.intake import form as forms
from krama.server.intake import queries
from krama.server.intake.actions import receipt, take
from krama.server.intake.crowd import REPORTS
from krama.server.intake.form import Form, FormGone
from krama.server.intake.models import Report, Topic
from krama.server.intake.pages import talk
from krama.server.intake.pages.frame import language_of, page, public
from krama.server.intake.questions import BY_ID, LONGEST_SHORT, LONGEST_WORDS, QUESTIONS, Question, Words, after
from krama.server.intake.words import one_line, typed
from krama.server.web.crowded import is_crowded

LONGEST_ID = 200
BUSY = gettext_lazy("Many people write to us at this moment. Your words are still here: please send them again.")
SHOWN = (Topic.BULLYING, Topic.THREAT, Topic.APPROACH, Topic.SAW, Topic.OTHER)


@public
def report(request: HttpRequest) -> HttpResponse:
    """Page one by GET; everything else by POST, so that no step stands in the phone's history."""
    if request.method in ("GET", "HEAD"):
        return page(request, "busy", {}, status=503) if is_crowded(request) else _first(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    try:
        found = forms.opened(request.POST.get("t", ""))
    except FormGone:
        anew = forms.fresh() if "topic" in request.POST else forms.fresh().at_step("words")
        return _kept(request, anew, _("This page was open for a long time. Please send it again."), 409)
    if is_crowded(request):
        return _kept(request, found, BUSY, 503)
    try:
        return _step(request, found)
    except (DatabaseError, InterfaceError):
        note = _("We cannot save it at this moment. Your words are still here: please send them again in a minute.")
        return _kept(request, found, note, 503)


def _step(request: HttpRequest, found: Form) -> HttpResponse:
    if found.step == "talk":
        return talk.step(request, found)
    wish = request.POST.get("do", "next")
    if wish.startswith("lang-") and found.step in BY_ID:
        return _question(request, found, BY_ID[found.step], kept=request.POST.get("answer", ""))
    if wish == "open":
        return talk.enter(request, found)
    if wish == "again":
        return _first(request)
    if found.step == "receipt":
        return _receipt(request, found, wish)
    return _answer(request, found, wish)


def _answer(request: HttpRequest, found: Form, wish: str) -> HttpResponse:
    """Store what this page said; then the next question, the danger page, or the end."""
    topic = Topic.DANGER if wish == "danger" else request.POST.get("topic", "")
    if found.step == "topic" and topic not in Topic.values:
        return _first(request, found, note=_("Please choose one. Any of them is fine."))
    stored = _stored(request, found, str(topic or Topic.OTHER))
    if found.step != "topic":
        _add(request, found, stored)
    if wish == "danger":
        stored = take.mark_emergency(take.PUBLIC, report=stored)
        return _question(request, found, BY_ID["words"], danger=True)
    following = after(found.step, request.POST.get("answer", "")) if wish == "next" else ""
    if following:
        return _question(request, found, BY_ID[following])
    return page(request, "sent", {"form": found.at_step("receipt"), "report": stored})


def _stored(request: HttpRequest, found: Form, topic: str) -> Report:
    """The report of this visit; stored now if it is not yet."""
    known = queries.at_the_door(found.pk) if found.step != "topic" else None
    if known is not None:
        return known
    context = {"content": found.content, "account": found.account}
    return take.take(
        take.PUBLIC,
        pk=found.pk,
        topic=topic,
        door=found.door,
        language=language_of(request),
        answers={name: said for name, said in context.items() if said},
        crowd=REPORTS.over(request.META.get("REMOTE_ADDR", "")),
    )


def _add(request: HttpRequest, found: Form, stored: Report) -> None:
    for question, said in _said(request, BY_ID[found.step]).items():
        take.add(take.PUBLIC, report=stored, question=question, said=said, mark=found.mark(question, said))


def _said(request: HttpRequest, question: Question) -> dict[str, str]:
    """What was answered, by question; nothing where it was skipped or the choice is not one of ours."""
    answer = request.POST.get("answer", "")
    if question.kind == "words":
        return {question.id: typed(answer, LONGEST_WORDS)}
    if question.kind == "short":
        return {question.id: one_line(answer, LONGEST_SHORT)}
    return {question.id: answer} if answer in dict(question.choices) else {}


def _receipt(request: HttpRequest, found: Form, wish: str) -> HttpResponse:
    """A code, or none: both are an end; coming again to this page shows the same code."""
    stored = queries.at_the_door(found.pk)
    if stored is None:
        return _first(request)
    if wish == "no-code":
        receipt.want_no_code(take.PUBLIC, report=stored)
        return page(request, "receipt", {"report": stored, "code": ""})
    try:
        code = receipt.give_code(take.PUBLIC, report=stored, secret=found.code_secret())
    except Conflict:
        return page(request, "receipt", {"report": stored, "code": "", "had": True})
    return page(request, "receipt", {"report": stored, "code": code, **talk.times()})


def _first(request: HttpRequest, found: Form | None = None, *, note: str = "") -> HttpResponse:
    """Help first, then danger, then what it is about."""
    if found is None:
        ids = {name: one_line(request.GET.get(name, ""), LONGEST_ID) for name in ("content", "account")}
        found = forms.fresh(content=ids["content"], account=ids["account"], door=_door(request))
    topics = [(topic.value, topic.label) for topic in SHOWN]
    return page(request, "first", {"form": found, "topics": topics, "note": note}, status=422 if note else 200)


def _door(request: HttpRequest) -> str:
    return Report.Door.APP if request.GET.get("from") == "app" else Report.Door.PAGE


def _question(request: HttpRequest, found: Form, question: Question, **more: Any) -> HttpResponse:
    ids = [one.id for one in QUESTIONS]
    place = ids.index(question.id) + 1 if question.id in ids else len(ids)
    context = {"form": found.at_step(question.id), "question": question, "place": place}
    return page(request, "danger" if more.get("danger") else "question", {**context, "total": len(QUESTIONS), **more})


def _kept(request: HttpRequest, found: Form, note: Words, status: int) -> HttpResponse:
    """Something did not work: what was typed stands on the page again, and the numbers that help."""
    again = found if found.step in BY_ID or found.step == "topic" else found.at_step("words")
    context = {"form": again, "note": note, "kept": _everything(request), "topic": request.POST.get("topic", "")}
    response = page(request, "kept", context, status=status)
    if status == 503:
        response["Retry-After"] = "30"
    return response


def _everything(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field but the token, as it was sent."""
    return [(name, value) for name in request.POST if name not in ("t", "lang") for value in request.POST.getlist(name)]

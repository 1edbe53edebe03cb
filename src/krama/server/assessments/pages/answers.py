# SPDX-License-Identifier: Apache-2.0
"""Pages on answers: the assessment as a list, one line with its answer, its history and its proofs."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.guidelines import Line
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.assessments.actions import answers as actions
from krama.server.assessments.forms.answers import AnswerForm, FileForm, HandForm, LinkForm, WordForm
from krama.server.assessments.models import Answer, GivenProof
from krama.server.assessments.queries import answers as queries
from krama.server.assessments.queries import assessment as listing
from krama.server.assessments.queries import line as one_line
from krama.server.assessments.queries.catalogue import catalogue, firm, standing_line


@page(Operation.READ_GUIDELINES)
def assessment(request: StaffRequest) -> HttpResponse:
    """Every line that applies, and where it stands; one button leads to the next one to answer."""
    language = get_language() or "en"
    wanted = {name: request.GET.get(name, "")[:80] for name in ("pillar", "unit", "state")}
    chosen = listing.Chosen(**wanted, mine=request.GET.get("mine") == "1")
    words = catalogue().words
    context = {
        "firm": firm(),
        "areas": listing.rows(request.user, chosen, language),
        "counts": listing.counts(),
        "next": listing.next_line(request.user),
        "scale": [word.text.in_(language) for word in words.scale],
        "pillars": [(word.id, word.text.in_(language)) for word in words.pillars],
        "units": listing.units(),
        "states": listing.states(),
        "chosen": chosen,
    }
    return render(request, "assessments/assessment.html", context)


@page(Operation.READ_GUIDELINES, "GET", "POST")
def line(request: StaffRequest, line_id: str) -> HttpResponse:
    """One line: what is asked and why, the answer, its history, its proofs."""
    found = _line(line_id)
    answer = _answer(found.id)
    if request.method != "POST":
        return _page(request, found, answer) if found.id == line_id else redirect("assessments:line", found.id)
    require(request.user, Operation.ANSWER_LINE, answer)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, answer, status=422, answer_form=form)
    said = actions.say(request.user, line_id=line_id, **form.cleaned_data)
    if said.kept_beside is not None:
        messages.warning(
            request, _("Somebody else wrote here meanwhile. Your words are kept beside theirs: join the two.")
        )
        return redirect("assessments:line", found.id)
    messages.success(request, _("Saved."))
    following = listing.next_line(request.user) if "next" in request.POST else None
    return redirect("assessments:line", following.id if following else found.id)


@page(Operation.READ_GUIDELINES, "POST")
def hand(request: StaffRequest, line_id: str) -> HttpResponse:
    """Put it into somebody's hands."""
    found = _line(line_id)
    answer = _answer(found.id)
    require(request.user, Operation.ANSWER_LINE, answer)
    form = HandForm(request.POST)
    if not form.is_valid():
        return _page(request, found, answer, status=422, hand_form=form)
    # The head of a unit hands on within the unit; from one unit to another the officer does.
    if form.cleaned_data["unit"] != answer.unit:
        require(request.user, Operation.CHANGE_GUIDELINES)
    actions.hand(request.user, line_id=line_id, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("assessments:line", found.id)


@page(Operation.READ_GUIDELINES, "POST")
def give(request: StaffRequest, line_id: str) -> HttpResponse:
    """A page that anybody can open, or what somebody saw."""
    found = _line(line_id)
    answer = _answer(found.id)
    require(request.user, Operation.ANSWER_LINE, answer)
    is_link = request.POST.get("kind") == "link"
    form: django_forms.Form = (LinkForm if is_link else WordForm)(request.POST, line=found)
    if not form.is_valid():
        name = "link_form" if is_link else "word_form"
        return _page(request, found, answer, status=422, **{name: form})
    actions.give_proof(request.user, line_id=line_id, kind="link" if is_link else "person", **form.cleaned_data)
    messages.success(request, _("The proof is kept."))
    return redirect("assessments:line", found.id)


@page(Operation.READ_GUIDELINES, "POST")
def give_file(request: StaffRequest, line_id: str) -> HttpResponse:
    """A document: its fingerprint and its place are kept, and not the document."""
    found = _line(line_id)
    answer = _answer(found.id)
    require(request.user, Operation.ANSWER_LINE, answer)
    form = FileForm(request.POST, request.FILES, line=found)
    if not form.is_valid():
        return _page(request, found, answer, status=422, file_form=form)
    given = dict(form.cleaned_data)
    file: UploadedFile[Any] = given.pop("file")
    sha256 = hashlib.sha256(file.read()).hexdigest()
    actions.give_proof(request.user, line_id=line_id, kind="file", sha256=sha256, size=file.size, **given)
    messages.success(request, _("The proof is kept."))
    return redirect("assessments:line", found.id)


@page(Operation.READ_GUIDELINES, "POST")
def withdraw(request: StaffRequest, line_id: str, proof: UUID) -> HttpResponse:
    """It shows nothing any more."""
    found = _line(line_id)
    require(request.user, Operation.ANSWER_LINE, _answer(found.id))
    row = GivenProof.objects.filter(pk=proof, line_id=found.id).first()
    if row is None:
        raise NotFound(_("There is no such proof on this line."))
    actions.withdraw_proof(request.user, proof=row)
    messages.success(request, _("The proof is withdrawn; that it was given stays in the record."))
    return redirect("assessments:line", found.id)


def _line(line_id: str) -> Line:
    found = standing_line(line_id)
    if found is None:
        raise NotFound(_("There is no such line. The assessment lists them all."))
    return found


def _answer(line_id: str) -> Answer:
    return queries.answer_of(line_id) or Answer(line_id=line_id)


def _page(
    request: StaffRequest, found: Line, answer: Answer, status: int = 200, **faulty: django_forms.Form
) -> HttpResponse:
    said = {"level": answer.level, "words": answer.words, "set_aside": answer.set_aside}
    said |= {"why_aside": answer.why_aside, "seen": answer.revision}
    hands = {"unit": answer.unit_id, "owner": answer.owner_id, "review_on": answer.review_on}
    context = {
        **one_line.facts(found, get_language() or "en"),
        "answer": answer,
        "state": one_line.state(answer, get_language() or "en"),
        "sayings": queries.sayings(found.id),
        "beside": queries.beside(found.id),
        "may_answer": may(request.user, Operation.ANSWER_LINE, answer),
        "answer_form": AnswerForm(initial=said),
        "hand_form": HandForm(initial=hands, auto_id="hand_%s"),
        "file_form": FileForm(line=found, auto_id="file_%s"),
        "link_form": LinkForm(line=found, auto_id="link_%s"),
        "word_form": WordForm(line=found, auto_id="word_%s"),
        **faulty,
    }
    return render(request, "assessments/line.html", context, status=status)

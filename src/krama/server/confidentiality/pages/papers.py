# SPDX-License-Identifier: Apache-2.0
"""Pages of the papers made from the register: records of processing, and impact assessments that another approves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.paper import from_plain
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.confidentiality import words
from krama.server.confidentiality.actions import impact as actions
from krama.server.confidentiality.documents import records as paper
from krama.server.confidentiality.forms.papers import ImpactForm
from krama.server.confidentiality.models import Impact
from krama.server.confidentiality.models.impact import Residual
from krama.server.confidentiality.queries import impact as queries
from krama.server.confidentiality.queries.register import held
from krama.server.web.printing import FORMS, printed

LANGUAGES = (("km", "ភាសាខ្មែរ"), ("en", "English"))


@page(Operation.READ_REGISTER)
def records(request: StaffRequest) -> HttpResponse:
    """What the paper holds now, and its files."""
    found = held()
    context = {
        "lines": len(found),
        "missing": sum(bool(one.gaps) for one in found),
        "model": paper.model(),
        "law": paper.law(),
        "languages": LANGUAGES,
        "forms": FORMS,
    }
    return render(request, "confidentiality/records.html", context)


@page(Operation.READ_REGISTER)
def records_file(request: StaffRequest, lang: str, form: str) -> HttpResponse:
    """The register as it stands, as a paper or for machines."""
    _known(lang)
    if form == "json":
        told = {"version": 1, "made_at": timezone.now().isoformat(), "lines": paper.plain(held())}
        return _json(told, "records-of-processing")
    return printed(paper.records(held(), lang), form, f"records-of-processing-{lang}")


@page(Operation.READ_REGISTER)
def impact(request: StaffRequest) -> HttpResponse:
    """All assessments, and a form for the next."""
    return _impacts(request)


@page(Operation.WRITE_REGISTER, "POST")
def impact_write(request: StaffRequest) -> HttpResponse:
    """A new one from the register as it stands."""
    form = ImpactForm(request.POST)
    if not form.is_valid():
        return _impacts(request, form, status=422)
    try:
        made = actions.write_impact(request.user, conclusion=form.cleaned_data["conclusion"])
    except BadInput:
        return _impacts(request, form, note=_("There is an invisible letter in it that no database keeps."), status=422)
    except Conflict:
        note = _("The register is empty, or somebody wrote one at the same moment; look again.")
        return _impacts(request, form, note=note, status=409)
    messages.success(request, _("Written. Another person approves it."))
    return redirect("confidentiality:impact_paper", made.number)


@page(Operation.READ_REGISTER)
def impact_paper(request: StaffRequest, number: int) -> HttpResponse:
    """One assessment: its lines, whether it still covers the register, its files."""
    return _paper(request, queries.impact_of(number))


@page(Operation.APPROVE_IMPACT, "POST")
def impact_approve(request: StaffRequest, number: int) -> HttpResponse:
    """Another person's word."""
    try:
        actions.approve_impact(request.user, number=number)
    except Conflict as problem:
        note = _refused()[str(problem.fields["why"])]
        return _paper(request, queries.impact_of(number), note=note, status=409)
    messages.success(request, _("Approved. It holds for a year, while the register stays as it is."))
    return redirect("confidentiality:impact_paper", number)


@page(Operation.READ_REGISTER)
def impact_file(request: StaffRequest, number: int, lang: str, form: str) -> HttpResponse:
    """The frozen paper, or its facts for machines."""
    row = queries.impact_of(number)
    _known(lang)
    if form == "json":
        told = {"version": 1, "number": number, "sha256": row.sha256, "written_at": row.written_at.isoformat()}
        told |= {"approved_at": row.approved_at and row.approved_at.isoformat()}
        return _json({**told, "conclusion": row.words, "lines": row.facts}, f"impact-{number}")
    return printed(from_plain(row.body[lang]), form, f"impact-{number}-{lang}")


def _impacts(
    request: StaffRequest, form: ImpactForm | None = None, *, note: str = "", status: int = 200
) -> HttpResponse:
    newest = queries.approved()
    context = {
        "rows": queries.impacts(),
        "open": len(queries.uncovered(newest.covers, held())) if newest else 0,
        "form": form or ImpactForm(),
        "note": note,
        "may_write": may(request.user, Operation.WRITE_REGISTER),
    }
    return render(request, "confidentiality/impact.html", context, status=status)


def _paper(request: StaffRequest, row: Impact, *, note: str = "", status: int = 200) -> HttpResponse:
    own = row.written_by_id == request.user.pk
    context = {
        "row": row,
        "note": note,
        "lines": [_line(one) for one in row.facts],
        "open": len(queries.uncovered(row.covers, held())),
        "languages": LANGUAGES,
        "forms": FORMS,
        "own": own,
        "may_approve": row.approved_at is None and not own and may(request.user, Operation.APPROVE_IMPACT),
    }
    return render(request, "confidentiality/impact_paper.html", context, status=status)


def _line(one: dict[str, Any]) -> dict[str, Any]:
    level = one["risk"]["level"]
    return {
        **one,
        "level": words.LEVELS[level],
        "chip": words.CHIPS[level],
        "remains": Residual(one["residual"]).label if one["residual"] else "",
    }


def _refused() -> dict[str, str]:
    return {
        "done": _("It is approved already."),
        "own": _("You wrote it; another person approves it."),
        "newer": _("There is a newer one; read and approve that one."),
        "moved": _("The register has changed since it was written; write it anew."),
        "untreated": _("A line of high risk has no measures. Write them on the line, then write the assessment anew."),
    }


def _json(told: dict[str, Any], name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


def _known(lang: str) -> None:
    if lang not in dict(LANGUAGES):
        raise NotFound("A paper comes in km and en.")

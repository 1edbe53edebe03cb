# SPDX-License-Identifier: Apache-2.0
"""Pages on where the firm stands: the board's picture, the first three things, and the picture to print."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.paper import to_pdf
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.assessments.pages.board_paper import picture
from krama.server.assessments.queries import board as queries
from krama.server.assessments.queries.catalogue import firm
from krama.server.assessments.queries.units import rollup


@page(Operation.READ_GUIDELINES)
def board(request: StaffRequest) -> HttpResponse:
    """Where the firm stands, in a minute."""
    language = get_language() or "en"
    context: dict[str, Any] = {"firm": firm(), "may_change": may(request.user, Operation.CHANGE_GUIDELINES)}
    if context["firm"]:
        context |= {
            "name": context["firm"].firm_km if language == "km" else context["firm"].firm_en,
            "pillars": queries.pillars(language),
            "steps": queries.first_steps(language),
            "sectors": queries.sector_cards(language),
            "rows": rollup(language),
        }
    return render(request, "assessments/board.html", context)


@page(Operation.READ_GUIDELINES)
def first(request: StaffRequest) -> HttpResponse:
    """The first three things."""
    language = get_language() or "en"
    context = {
        "firm": firm(),
        "steps": queries.first_steps(language),
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/first.html", context)


@page(Operation.READ_GUIDELINES)
def board_pdf(request: StaffRequest, language: str) -> HttpResponse:
    """The picture on paper, in the language of its address."""
    row = firm()
    if row is None or language not in ("en", "km"):
        raise NotFound(_("There is no picture before the firm has a profile."))
    with translation.override(language):
        paper = to_pdf(picture(row, language, timezone.localdate()))
    headers = {"Content-Disposition": f'inline; filename="board.{language}.pdf"'}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)

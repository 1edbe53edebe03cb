# SPDX-License-Identifier: Apache-2.0
"""Pages that put the requirements beside what others ask, and beside the law."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy

from krama.guidelines import Word
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.assessments.queries import crosswalk as queries
from krama.server.assessments.queries.catalogue import catalogue

STATUS = {
    "in-force": gettext_lazy("In force"),
    "draft": gettext_lazy("A draft, not law"),
    "postponed": gettext_lazy("Postponed"),
}


@page(Operation.READ_GUIDELINES)
def crosswalk(request: StaffRequest) -> HttpResponse:
    """One row a requirement: Cambodia, ITU/UNICEF, and what other bodies ask."""
    language, words = get_language() or "en", catalogue().words
    sector = _known(request.GET.get("sector", ""), words.sectors)
    pillar = _known(request.GET.get("pillar", ""), words.pillars)
    context = {
        "rows": queries.rows(language, sector, pillar),
        "sectors": _choices(words.sectors, sector, language),
        "pillars": _choices(words.pillars, pillar, language),
        "sector": sector,
        "pillar": pillar,
    }
    return render(request, "assessments/crosswalk.html", context)


@page(Operation.READ_GUIDELINES)
def law(request: StaffRequest) -> HttpResponse:
    """Cambodian law as context, each thing with its source and how sure it is."""
    found = queries.laws(get_language() or "en")
    context = {"laws": [(one, STATUS[one.status]) for one in found]}
    return render(request, "assessments/law.html", context)


def _known(said: str, words: tuple[Word, ...]) -> str:
    return said if any(word.id == said for word in words) else ""


def _choices(words: tuple[Word, ...], chosen: str, language: str) -> list[dict[str, object]]:
    return [{"id": word.id, "label": word.text.in_(language), "current": word.id == chosen} for word in words]

# SPDX-License-Identifier: Apache-2.0
"""Pages on sectors: six cards, each sector's first screen, its playbooks as checklists, and all of it on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.guidelines.pack_papers import letter_paper, playbook_paper
from krama.guidelines.packs import SectorPack
from krama.paper import Document, to_pdf
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Unit
from krama.server.assessments.queries import sectors as queries
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.web.wording import awaits_reader

# The papers a clause can belong to, as a reader knows them.
PAPERS = {
    "policy": translation.gettext_lazy("Policy"),
    "conduct": translation.gettext_lazy("Code of conduct"),
    "terms": translation.gettext_lazy("Terms of use"),
    "house-rules": translation.gettext_lazy("House rules for children"),
}


@page(Operation.READ_GUIDELINES)
def sectors(request: StaffRequest) -> HttpResponse:
    """The six sectors, the firm's own first."""
    return render(request, "assessments/sectors.html", {"cards": queries.cards(_language())})


@page(Operation.READ_GUIDELINES)
def sector(request: StaffRequest, sector: str) -> HttpResponse:
    """One sector's first screen: what is particular, one next step, and what lies ready."""
    language = _language()
    pack, words = queries.pack_named(sector), queries.Words(language)
    context = {
        "pack": pack,
        "label": queries.sector_label(catalogue(), sector, language),
        "opening": pack.opening.in_(language),
        "step": queries.step_of(pack, language),
        "proofs": queries.proven(pack, language),
        "playbooks": [
            (queries.short(one.id), one.title.in_(language), one.when.in_(language)) for one in pack.playbooks
        ],
        "letters": [
            (queries.short(one.id), one.title.in_(language), [words.safe(text) for text in one.body])
            for one in pack.letters
        ],
        "clauses": [(PAPERS[one.into], one.title.in_(language), words.safe(one.text)) for one in pack.clauses],
        "awaits_reader": awaits_reader(pack),
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/sector.html", context)


@page(Operation.READ_GUIDELINES)
def playbook(request: StaffRequest, sector: str, name: str) -> HttpResponse:
    """One playbook as a checklist: what, who, by when."""
    language = _language()
    pack = queries.pack_named(sector)
    found, words = queries.playbook_named(pack, name), queries.Words(language)
    steps = queries.checklist(found, words)
    context = {
        "pack": pack,
        "label": queries.sector_label(catalogue(), sector, language),
        "name": name,
        "title": found.title.in_(language),
        "when": words.safe(found.when),
        "steps": steps,
        "units": queries.practising(steps),
        "awaits_reader": awaits_reader(found),
    }
    return render(request, "assessments/playbook.html", context)


@page(Operation.READ_GUIDELINES)
def sector_pdf(request: StaffRequest, sector: str, kind: str, name: str, lang: str) -> HttpResponse:
    """A playbook or a letter on paper, in the language of its address."""
    if lang not in ("en", "km") or kind not in ("playbooks", "letters"):
        raise NotFound(_("There is no such paper. Choose one on the sector’s page."))
    with translation.override(lang):
        paper = to_pdf(_paper(queries.pack_named(sector), kind, name, lang))
    headers = {"Content-Disposition": f'inline; filename="{sector}-{name}.{lang}.pdf"'}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


def _paper(pack: SectorPack, kind: str, name: str, language: str) -> Document:
    words = queries.Words(language)
    if kind == "letters":
        return letter_paper(queries.letter_named(pack, name), language, firm=words.firm, contacts=words.contacts)
    units = {kind.value: str(kind.label) for kind in Unit.Kind}
    found = queries.playbook_named(pack, name)
    return playbook_paper(found, language, firm=words.firm, units=units, contacts=words.contacts)


def _language() -> str:
    return get_language() or "en"

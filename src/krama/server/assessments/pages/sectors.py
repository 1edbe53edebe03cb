# SPDX-License-Identifier: Apache-2.0
"""Pages on the six sectors: each has a first screen of its own, playbooks, letters and clauses."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.guidelines.pack_papers import letter_paper, playbook_paper
from krama.guidelines.packs import Playbook, SectorPack, pack_of, packs
from krama.paper import Document, Note, to_pdf
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.assessments.queries import sectors as queries
from krama.server.assessments.queries.catalogue import catalogue, firm
from krama.server.web.wording import corrected


@page(Operation.READ_GUIDELINES)
def sectors(request: StaffRequest) -> HttpResponse:
    """Six cards, each with its sector's own next step."""
    language = get_language() or "en"
    cards = [queries.shown(corrected(pack), language) for pack in packs()]
    return render(request, "assessments/sectors.html", {"sectors": cards})


@page(Operation.READ_GUIDELINES)
def sector(request: StaffRequest, sector: str) -> HttpResponse:
    """A sector's first screen."""
    context = {
        "sector": queries.shown(_pack(sector), get_language() or "en"),
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/sector.html", context)


@page(Operation.READ_GUIDELINES)
def playbook(request: StaffRequest, sector: str, playbook: str) -> HttpResponse:
    """One playbook as a checklist."""
    pack, language = _pack(sector), get_language() or "en"
    found = _playbook(pack, playbook)
    say = queries.said_in(language)
    context = {
        "playbook": found,
        "title": say(found.title),
        "when": say(found.when),
        "steps": queries.checklist(found, language),
        "sector_id": pack.sector,
        "sector_label": catalogue().words.text("sectors", pack.sector).in_(language),
    }
    return render(request, "assessments/playbook.html", context)


@page(Operation.READ_GUIDELINES)
def printed(request: StaffRequest, sector: str, item: str, language: str) -> HttpResponse:
    """A playbook or a letter as PDF, with the firm's name."""
    pack = _pack(sector)
    if language not in ("en", "km"):
        raise NotFound
    with translation.override(language):
        document = _document(pack, item, language)
    headers = {"Content-Disposition": f'inline; filename="{item}.{language}.pdf"'}
    return HttpResponse(to_pdf(document), content_type="application/pdf", headers=headers)


def _document(pack: SectorPack, item: str, language: str) -> Document:
    row = firm()
    name = (row.firm_km if language == "km" else row.firm_en) if row else ""
    contacts = queries.contacts(language)
    if letter := pack.letter(item):
        made = letter_paper(letter, language, firm=name, contacts=contacts)
    else:
        units = queries.kinds_of_units()
        made = playbook_paper(_playbook(pack, item), language, firm=name, units=units, contacts=contacts)
    unread = (Note(_("No native speaker has read this Khmer yet.")),) if language == "km" else ()
    return replace(made, blocks=(*made.blocks, *unread))


def _pack(sector: str) -> SectorPack:
    if sector not in [known.id for known in catalogue().words.sectors]:
        raise NotFound
    return corrected(pack_of(sector))


def _playbook(pack: SectorPack, id: str) -> Playbook:
    found = pack.playbook(id)
    if found is None:
        raise NotFound
    return found

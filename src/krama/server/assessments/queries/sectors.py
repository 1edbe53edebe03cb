# SPDX-License-Identifier: Apache-2.0
"""Sector packs in words of one language, with the places in them filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from krama.countries import Contact
from krama.guidelines import first_things, next_step
from krama.guidelines.packs import Playbook, SectorPack
from krama.server.accounts.models import Unit
from krama.server.assessments.queries.board import found_gaps
from krama.server.assessments.queries.catalogue import catalogue, firm
from krama.server.countries.queries import pack as country
from krama.text import Text

PLACE = re.compile(r"\{([a-z:-]+)\}")
Said = Callable[[Text], str]


def said_in(language: str, firm_name: str) -> Said:
    """A text in one language, the firm's name and the contacts filled in; one nobody confirmed says so."""
    held = country()

    def filled(place: re.Match[str]) -> str:
        name = place[1].removeprefix("contact:")
        contact = held.contact(name)
        return _contact(contact, language) if contact else firm_name

    return lambda text: PLACE.sub(filled, text.in_(language))


def _contact(contact: Contact, language: str) -> str:
    parts = [contact.text.in_(language), *contact.phones]
    return " ".join(parts if contact.verified_on else [*parts, _("(not confirmed yet)")])


def shown(pack: SectorPack, language: str) -> dict[str, Any]:
    """What a sector's page shows."""
    held, say = catalogue(), said_in(language, _("your firm"))
    row = firm()
    return {
        "id": pack.sector,
        "label": held.words.text("sectors", pack.sector).in_(language),
        "opening": say(pack.opening),
        "is_ours": row is not None and pack.sector in row.sectors,
        "step": _step(pack, language),
        "proofs": [held.proof(name).text.in_(language) for name in pack.first_proofs],
        "playbooks": [{"id": one.id, "title": say(one.title), "when": say(one.when)} for one in pack.playbooks],
        "letters": [
            {"id": one.id, "title": say(one.title), "body": [say(part) for part in one.body]} for one in pack.letters
        ],
        "clauses": [{"id": one.id, "title": say(one.title), "text": say(one.text)} for one in pack.clauses],
    }


def checklist(playbook: Playbook, language: str, firm_name: str) -> list[dict[str, Any]]:
    """The steps of a playbook: what, which kind of unit does it, and by which minute."""
    say, kinds = said_in(language, firm_name), dict(Unit.Kind.choices)
    return [{"text": say(step.text), "unit": str(kinds[step.unit]), "minutes": step.minutes} for step in playbook.steps]


def _step(pack: SectorPack, language: str) -> dict[str, Any]:
    """The sector's own next step: its first gap when the firm works there, else its first task."""
    held = catalogue()
    own = [gap for gap in found_gaps() if gap.line.sectors == (pack.sector,)]
    gap = next_step(held, own, pack.sector) or next(iter(first_things(held, own, 1)), None)
    line = gap.line if gap else held.line(pack.first_task)
    if line is None:  # a loaded catalogue may not hold it
        return {}
    return {
        "id": line.id,
        "text": line.text.in_(language),
        "why": line.why.in_(language),
        "good": line.good.in_(language),
        "effort": held.words.text("efforts", line.effort).in_(language),
        "within_an_hour": line.effort == held.words.efforts[0].id,
    }

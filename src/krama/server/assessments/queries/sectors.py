# SPDX-License-Identifier: Apache-2.0
"""Sector packs in words of one language, with the places in them filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from krama.guidelines import first_things, next_step
from krama.guidelines.pack_papers import by_when, contacts_said, filled
from krama.guidelines.packs import Playbook, SectorPack
from krama.server.accounts.models import Unit
from krama.server.assessments.queries.board import found_gaps
from krama.server.assessments.queries.catalogue import catalogue, firm
from krama.server.countries.queries import pack as country
from krama.text import Text

Said = Callable[[Text], str]


def contacts(language: str) -> dict[str, str]:
    """Each contact of the country as it stands in a text today."""
    return contacts_said(country(), language, timezone.localdate())


def said_in(language: str) -> Said:
    """A text for the screen: contacts filled in, and in the firm's place the words "your firm"."""
    known = contacts(language)
    return lambda text: filled(text, language, firm=_("your firm"), contacts=known)


def shown(pack: SectorPack, language: str) -> dict[str, Any]:
    """What a sector's page shows."""
    held, say = catalogue(), said_in(language)
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


def checklist(playbook: Playbook, language: str) -> list[dict[str, str]]:
    """The steps of a playbook: what, which kind of unit does it, and by when."""
    say, kinds = said_in(language), kinds_of_units()
    return [
        {"text": say(step.text), "unit": kinds[step.unit], "by": by_when(step, language)} for step in playbook.steps
    ]


def kinds_of_units() -> dict[str, str]:
    return {value: str(label) for value, label in Unit.Kind.choices}


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

# SPDX-License-Identifier: Apache-2.0
"""What a sector's first screen shows, in words of one language: its own next step, first proofs, playbooks, letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.guidelines import Catalogue, Line, gaps, next_step, shipped
from krama.guidelines.pack_papers import by_when, contacts_said, filled
from krama.guidelines.packs import Letter, Playbook, SectorPack, packs
from krama.server.accounts.models import Unit
from krama.server.assessments.models.proofs import State
from krama.server.assessments.queries.board import aside, levels
from krama.server.assessments.queries.catalogue import catalogue, firm, profile_of
from krama.server.assessments.queries.proofs import Shown, state_of
from krama.server.countries.queries import pack as country_now
from krama.server.web.wording import corrected
from krama.text import Text

CHIPS = {State.PASS: "ok", State.FAIL: "stop", State.UNKNOWN: "due"}


@dataclass(frozen=True)
class Card:
    """One of the six sectors on the page that shows them all."""

    id: str
    label: str
    opening: str
    ours: bool
    step: str


@dataclass(frozen=True)
class NextStep:
    """The one thing to begin with; `ours` says whether the firm's profile names the sector."""

    id: str
    text: str
    why: str
    good: str
    effort: str
    ours: bool


@dataclass(frozen=True)
class Proven:
    """A first proof, and how it stands now."""

    id: str
    text: str
    chip: dict[str, str]
    row: Shown | None
    cause: str


@dataclass(frozen=True)
class StepShown:
    """One step of a checklist: what, who of the firm, by when."""

    text: SafeString
    kind: str
    units: tuple[Unit, ...]
    by_when: str


class Words:
    """Fills the places of a pack's texts for one language; a firm's name is marked as not to be translated."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.firm = firm_name(language)
        self.contacts = contacts_said(country_now(), language, timezone.localdate())

    def plain(self, text: Text) -> str:
        """For paper."""
        return filled(text, self.language, firm=self.firm, contacts=self.contacts)

    def safe(self, text: Text) -> SafeString:
        """For a page: every word escaped."""
        named = format_html('<span translate="no">{}</span>', self.firm) if self.firm else ""
        shown = {id: escape(said) for id, said in self.contacts.items()}
        said = filled(text, self.language, firm=named, contacts=shown, written=lambda words: str(escape(words)))
        return mark_safe(said)  # noqa: S308 — each part was escaped above


def firm_name(language: str) -> str:
    """The firm's name in that language; empty before it has a profile."""
    row = firm()
    return (row.firm_km if language == "km" else row.firm_en) if row else ""


def pack_named(sector: str) -> SectorPack:
    """The pack of a sector, with the firm's corrections of its Khmer; `NotFound` when there is none."""
    found = next((pack for pack in packs() if pack.sector == sector), None)
    if found is None:
        raise NotFound(_("There is no such sector. Choose one of the six."))
    return corrected(found)


def playbook_named(pack: SectorPack, name: str) -> Playbook:
    """The playbook of that short name."""
    found = pack.playbook(f"{pack.sector}.{name}")
    if found is None:
        raise NotFound(_("This sector has no such playbook. Choose one on the sector’s page."))
    return found


def letter_named(pack: SectorPack, name: str) -> Letter:
    """The letter of that short name."""
    found = pack.letter(f"{pack.sector}.{name}")
    if found is None:
        raise NotFound(_("This sector has no such letter. Choose one on the sector’s page."))
    return found


def short(id: str) -> str:
    """The part of an id that stands in an address."""
    return id.split(".", 1)[1]


def cards(language: str) -> list[Card]:
    """The six sectors; the firm's own first."""
    held, row = catalogue(), firm()
    found = [
        Card(
            pack.sector,
            sector_label(held, pack.sector, language),
            corrected(pack).opening.in_(language),
            row is not None and pack.sector in row.sectors,
            step.text if (step := step_of(pack, language)) else "",
        )
        for pack in packs()
    ]
    return sorted(found, key=lambda card: not card.ours)


def sector_label(held: Catalogue, sector: str, language: str) -> str:
    """A sector's name; a loaded catalogue may lack it."""
    words = held.words if any(word.id == sector for word in held.words.sectors) else shipped().words
    return words.text("sectors", sector).in_(language)


def step_of(pack: SectorPack, language: str) -> NextStep | None:
    """The sector's own next step; None when the firm has met each line that is the sector's own."""
    held, row = catalogue(), firm()
    if row is None or pack.sector not in row.sectors:
        line = held.line(pack.first_task) or corrected(shipped()).line(pack.first_task)
        return _step(held, line, language, ours=False) if line else None
    gap = next_step(held, gaps(held, profile_of(row), levels(), aside()), pack.sector)
    return _step(held, gap.line, language, ours=True) if gap else None


def proven(pack: SectorPack, language: str) -> list[Proven]:
    """The sector's first two live proofs as they stand now; unknown until somebody looked."""
    held = corrected(shipped())
    return [_proven(id, held.proof(id).text.in_(language), state_of(id)) for id in pack.first_proofs]


def checklist(playbook: Playbook, words: Words) -> list[StepShown]:
    """The steps of a playbook, with the firm's units that do them."""
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(is_active=True).select_related("head").order_by("name"):
        units.setdefault(unit.kind, []).append(unit)
    return [
        StepShown(
            words.safe(step.text),
            str(Unit.Kind(step.unit).label),
            tuple(units.get(step.unit, ())),
            by_when(step, words.language),
        )
        for step in playbook.steps
    ]


def practising(shown: Iterable[StepShown]) -> list[Unit]:
    """The units that have a part in a checklist, each once."""
    return list({unit.pk: unit for step in shown for unit in step.units}.values())


def _step(held: Catalogue, line: Line, language: str, *, ours: bool) -> NextStep:
    effort = held.words.text("efforts", line.effort).in_(language)
    text, why, good = (said.in_(language) for said in (line.text, line.why, line.good))
    return NextStep(line.id, text, why, good, effort, ours)


def _proven(id: str, text: str, shown: Shown | None) -> Proven:
    state = State(shown.state) if shown else State.UNKNOWN
    seen = shown if shown and shown.since else None
    return Proven(id, text, {"kind": CHIPS[state], "text": str(state.label)}, seen, shown.cause if shown else "")

# SPDX-License-Identifier: Apache-2.0
"""Which clauses are in force, what a checked file would change, and which answers need another look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.errors import NotFound
from krama.guidelines import Catalogue, shipped
from krama.guidelines.changes import Change, Difference, Kind, compare, counts
from krama.guidelines.clause_sheets import ONE_OF, SOME_OF
from krama.guidelines.clauses import DOCUMENT, is_sample
from krama.guidelines.migrate import Answered, migrate
from krama.server.assessments.models import Answer, LoadedCatalogue
from krama.server.assessments.queries.catalogue import as_loaded, catalogue, parsed

KINDS: dict[Kind, tuple[str | Promise, str]] = {
    Kind.ADDED: (_("New"), "ok"),
    Kind.REPLACED: (_("Takes the place of others"), "due"),
    Kind.REWORDED: (_("Other words"), "due"),
    Kind.MOVED: (_("In another place"), "words"),
    Kind.CHANGED: (_("Otherwise changed"), "words"),
    Kind.REMOVED: (_("No longer asked"), "stop"),
}
FIELDS: dict[str, str | Promise] = {
    "text": _("What is asked"),
    "why": _("Why it matters"),
    "good": _("What good looks like"),
    "pillar": _("Pillar"),
    "area": _("Area"),
    "sectors": _("Sectors"),
    "features": _("Features"),
    "users": _("Users"),
    "from_size": _("Size of the firm"),
    "each_language": _("In each language"),
    "harm": _("What is at stake"),
    "effort": _("How long it takes"),
    "who": _("Who does it"),
    "proof": _("What shows it"),
    "references": _("What others ask"),
    "source": _("Source"),
    "standing": _("Standing"),
}
YES_OR_NO: dict[bool, str | Promise] = {True: _("Yes"), False: _("No")}
GROUPS = {**ONE_OF, **SOME_OF, "users": "users", "from_size": "sizes", "standing": "standings"}


@dataclass(frozen=True)
class Held:
    """The catalogue in force, told for the page."""

    title: str
    about: str
    id: str
    version: int
    source: str
    is_sample: bool
    row: LoadedCatalogue | None


def held(language: str) -> Held:
    """What is in force, and whose text it is."""
    now = catalogue()
    source = next((one.title.in_(language) for one in now.sources if one.id == DOCUMENT), "")
    row = LoadedCatalogue.objects.filter(in_force=True).first()
    about, title = now.about.in_(language), now.title.in_(language)
    return Held(title, about, now.id, now.version, source, is_sample(now), row)


def checked() -> list[dict[str, Any]]:
    """Files that were checked, or held before; any of them can be looked at and loaded."""
    rows = LoadedCatalogue.objects.filter(in_force=False).order_by("-loaded_at").defer("file")
    return [{"row": row, "pk": row.pk} for row in rows]


def checked_file(pk: UUID) -> LoadedCatalogue:
    """One of them."""
    row = LoadedCatalogue.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such checked file; upload it again.")
    return row


def diff(row: LoadedCatalogue | None, language: str) -> dict[str, Any]:
    """What a checked file (or, without one, the shipped catalogue) changes against the one in force."""
    before, after = as_loaded(), parsed(row.sha256) if row else shipped()
    found = compare(before, after)
    kept = migrate(given(), before, after)
    now = LoadedCatalogue.objects.filter(in_force=True).values_list("sha256", flat=True).first()
    number = counts(found)
    return {
        "title": after.title.in_(language),
        "about": after.about.in_(language),
        "id": after.id,
        "version": after.version,
        "is_sample": is_sample(after),
        "counts": [(label, chip, number[kind.value]) for kind, (label, chip) in KINDS.items()],
        "changes": [_change(change, before, after, language) for change in found],
        "answers": len(kept),
        "look": sum(bool(one.reasons) for one in kept),
        "against": now or "",
    }


def looks(language: str) -> list[dict[str, Any]]:
    """The answers that need another look, each with its reason; those whose line is gone say what was answered."""
    known = catalogue()
    found = []
    for row in Answer.objects.filter(needs_look=True).order_by("line_id"):
        line = known.line(row.line_id)
        found.append({"row": row, "text": line.text.in_(language) if line else "", "stands": line is not None})
    return found


def given() -> dict[str, Answered]:
    """Every answer as the library's value, by its line."""
    rows = Answer.objects.order_by("line_id")
    return {row.line_id: Answered(row.level, row.words, row.why_aside if row.set_aside else "") for row in rows}


def _change(change: Change, before: Catalogue, after: Catalogue, language: str) -> dict[str, Any]:
    label, chip = KINDS[change.kind]
    fields = [
        {
            "label": FIELDS[one.field],
            "before": _word(one, one.before, before, language),
            "after": _word(one, one.after, after, language),
            "is_code": one.field == "source",
        }
        for one in change.fields
        if one.language in ("", language)
    ]
    other = [FIELDS[one.field] for one in change.fields if one.language not in ("", language)]
    olds = [{"id": line.id, "text": line.text.in_(language)} for line in change.before if line.id != change.line.id]
    text = change.line.text.in_(language)
    return {
        "id": change.line.id, "label": label, "chip": chip, "text": text, "olds": olds,
        "fields": fields, "other": [] if fields else other,
    }  # fmt: skip


def _word(difference: Difference, value: str, held: Catalogue, language: str) -> str:
    """Names as the words they stand for."""
    ids = value.split(", ") if value else []
    if difference.field == "proof":
        return " · ".join(held.proof(id).text.in_(language) for id in ids)
    if difference.field == "references":
        return " · ".join(held.reference(id).text.in_(language) for id in ids)
    if difference.field == "each_language":
        return str(YES_OR_NO[value == "true"])
    group = GROUPS.get(difference.field)
    return " · ".join(held.words.text(group, id).in_(language) for id in ids) if group else value

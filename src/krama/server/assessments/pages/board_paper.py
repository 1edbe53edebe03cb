# SPDX-License-Identifier: Apache-2.0
"""The board's picture as a printed document."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from krama.paper import Block, Document, Heading, Items, Note, Paragraph, Table
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries import board as queries
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.assessments.queries.units import rollup


def picture(row: FirmProfile, language: str, today: date) -> Document:
    """Pillars, and what to do first; in the language that is active."""
    rows = tuple(
        (one.label, str(one.met), str(one.answered), str(one.applies), f"{one.met_share} %")
        for one in queries.pillars(language)
    )
    steps = queries.first_steps(language)
    note = [Note(_("No native speaker has read this Khmer yet."))] if language == "km" else []
    return Document(
        title=_("Where we stand"),
        subtitle=row.firm_km if language == "km" else row.firm_en,
        language=language,
        blocks=(
            Heading(_("The four pillars")),
            Table((_("Pillar"), _("Met"), _("Answered"), _("Applies"), _("Share met")), rows),
            *_units(language),
            Heading(_("The first three things")),
            *(block for step in steps for block in (Heading(step.text, 2), Paragraph(step.why), Items((step.good,)))),
            *note,
        ),
        footer=_("Catalogue version %(version)s · printed on %(day)s")
        % {"version": catalogue().version, "day": today.isoformat()},
    )


def _units(language: str) -> tuple[Block, ...]:
    rows = tuple(
        (
            row.unit.name,
            row.unit.head.name if row.unit.head else "–",
            f"{row.standing.met} / {row.standing.applies}",
            f"{row.trained.people} / {row.trained.of}",
        )
        for row in rollup(language)
    )
    head = (_("Unit"), _("Head"), _("Met"), _("Trained"))
    return (Heading(_("Units")), Table(head, rows)) if rows else ()

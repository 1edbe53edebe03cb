# SPDX-License-Identifier: Apache-2.0
"""A unit's duties as a sheet of one page to hang up: who leads, what to do, where help is."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.guidelines.policy_papers import contact_texts
from krama.paper import Document, Heading, Items, Note, Paragraph
from krama.server.accounts.models import Unit
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.assessments.queries.units import by_harm
from krama.server.countries.queries import pack

# What fits on one page in both languages beside the heads; the unit's page has the rest.
MOST = 12


def sheet(unit: Unit, row: FirmProfile, language: str, today: date) -> Document:
    """In the language that is active; the worst for a child first."""
    own = [duty.line.text.in_(language) for duty in by_harm(unit)]
    rest = len(own) - MOST
    more = ngettext("and %(count)s more on the page of this unit", "and %(count)s more on the page of this unit", rest)
    items = tuple(own[:MOST]) + ((more % {"count": rest},) if rest > 0 else ())
    head, deputy = (person.name if person else _("not named yet") for person in (unit.head, unit.deputy))
    note = [Note(_("No native speaker has read this Khmer yet."))] if language == "km" else []
    return Document(
        title=_("Our duties towards children"),
        subtitle=f"{row.firm_km if language == 'km' else row.firm_en} · {unit.name}",
        language=language,
        blocks=(
            Paragraph(_("Head: %(head)s. Deputy: %(deputy)s.") % {"head": head, "deputy": deputy}),
            Heading(_("When a child is in danger"), 2),
            Items(_steps(language)),
            Heading(_("What we do"), 2),
            Items(items, boxes=True) if items else Paragraph(_("Nothing is shared out to this unit yet.")),
            *note,
        ),
        footer=_("Catalogue version %(version)s · printed on %(day)s")
        % {"version": catalogue().version, "day": today.isoformat()},
    )


def _steps(language: str) -> tuple[str, ...]:
    """The same three for everybody: whoever works anywhere may be the one a child speaks to."""
    numbers = "; ".join(text.in_(language) for text in list(contact_texts(pack()).values())[:2])
    return (
        _("Listen, believe, and do not promise to keep it secret."),
        _("Look at no picture, and send none on. Note only where it is."),
        _("Tell the head at once. Help: %(numbers)s") % {"numbers": numbers},
    )

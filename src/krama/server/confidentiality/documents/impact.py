# SPDX-License-Identifier: Apache-2.0
"""The impact assessment as a paper: each line's risk with its reasons, what people do about it, and what remains.

The form follows an international model (GDPR, Art. 35, and child rights impact assessments).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from krama.paper import Block, Document, Heading, Items, Note, Paragraph, Table
from krama.server.confidentiality import words
from krama.server.confidentiality.documents.records import law, risk, weighed
from krama.server.confidentiality.models.impact import Residual
from krama.server.confidentiality.queries.register import Shown


def facts(held: Sequence[Shown]) -> list[dict[str, Any]]:
    """Every line with its risk, the highest first."""
    ordered = sorted(held, key=lambda one: (-one.risk.score, one.row.name))
    return [
        {
            "id": str(one.row.pk),
            "version": one.row.version,
            "name": one.row.name,
            "unit": one.row.unit.name,
            "categories": list(one.row.categories),
            "risk": risk(one.risk),
            "minimisation": weighed(one),
            "measures": one.treatment.measures if one.treatment else "",
            "residual": one.treatment.residual if one.treatment else "",
            "by": one.treatment.by.name if one.treatment else "",
        }
        for one in ordered
    ]


def document(
    lines: Sequence[dict[str, Any]], *, number: int, conclusion: str, writer: str, day: str, language: str
) -> Document:
    """In one language; what people wrote stays in theirs."""
    with override(language):
        return Document(
            title=_("Impact assessment: children’s rights and data"),
            subtitle=_("Number %(number)s, written by %(writer)s") % {"number": number, "writer": writer},
            language=language,
            blocks=tuple(_blocks(lines, conclusion, language)),
            footer=_("Written from the register on %(day)s") % {"day": day},
        )


def _blocks(lines: Sequence[dict[str, Any]], conclusion: str, language: str) -> Iterator[Block]:
    yield Paragraph(
        _(
            "The form follows an international model: impact assessment (GDPR, Article 35) and child rights due "
            "diligence. Severity and likelihood, from 1 to 4 each, are counted from the register; 9 and more is high, "
            "4 and more is medium. They help people to judge, and do not judge."
        )
    )
    yield Paragraph(law())
    yield Heading(_("The whole"))
    yield Paragraph(conclusion)
    yield Table(
        (_("Line"), _("Severity"), _("Likelihood"), _("Risk"), _("What remains")),
        tuple(_row(one) for one in lines),
    )
    yield Heading(_("Line by line"))
    for one in lines:
        yield from _line(one)
    if language == "km":
        yield Note(_("No native speaker has read this Khmer yet."))


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    counted = one["risk"]
    level = f"{counted['score']} · {words.LEVELS[counted['level']]}"
    return (one["name"], str(counted["severity"]), str(counted["likelihood"]), level, _residual(one))


def _residual(one: dict[str, Any]) -> str:
    return str(Residual(one["residual"]).label) if one["residual"] else _("nobody says")


def _line(one: dict[str, Any]) -> Iterator[Block]:
    counted = one["risk"]
    yield Heading(one["name"], 2)
    yield Paragraph(" · ".join(str(words.CATEGORIES[code]) for code in one["categories"]))
    reasons = [*counted["severe"], *counted["likely"]]
    if reasons:
        yield Items(tuple(str(words.REASONS[code]) for code in reasons))
    if one["measures"]:
        yield Paragraph(_("What is done about it: %(words)s (%(who)s)") % {"words": one["measures"], "who": one["by"]})
    else:
        yield Note(_("Nobody has written what is done about it."))

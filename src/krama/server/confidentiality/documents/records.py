# SPDX-License-Identifier: Apache-2.0
"""Records of processing: the register as one paper, in the language that is active, and as plain values for machines.

The form follows an international model (GDPR, Art. 30); what the law of Cambodia asks is said on the paper itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from krama.paper import Block, Document, Heading, Note, Paragraph, Table
from krama.server.confidentiality import words
from krama.server.confidentiality.facts import facts_of
from krama.server.confidentiality.models import Line
from krama.server.confidentiality.queries.register import Shown
from krama.server.confidentiality.risk import Risk


def records(held: Sequence[Shown], language: str) -> Document:
    """Every line that is held, in one language; what people wrote stays in theirs."""
    with override(language):
        blocks: list[Block] = [Paragraph(model()), Paragraph(law())]
        if not held:
            blocks.append(Note(_("The register is empty.")))
        for one in held:
            blocks += _line(one)
        if language == "km":
            blocks.append(Note(_("No native speaker has read this Khmer yet.")))
        footer = _("Written from the register on %(day)s") % {"day": timezone.localdate().isoformat()}
        return Document(title=_("Records of processing: data on children"), language=language, blocks=tuple(blocks),
                        footer=footer)  # fmt: skip


def model() -> str:
    return _(
        "The form follows an international model: records of processing (GDPR, Article 30). "
        "The guidelines ask that data on children be kept confidential; they prescribe no form that we know of."
    )


def law() -> str:
    return _(
        "In Cambodia the Law on Electronic Commerce asks whoever holds personal information to guard it by reasonable "
        "means. The draft law on personal data, which asks for records, is not known to be in force."
    )


def plain(held: Sequence[Shown]) -> list[dict[str, Any]]:
    """For machines: codes and words as they stand."""
    return [
        {"id": str(one.row.pk), "version": one.row.version, **facts_of(one.row).plain(),
         "unit": one.row.unit.name, "seen_by": [unit.name for unit in one.row.seen_by.all()],
         "minimisation": weighed(one), "gaps": list(one.gaps), "risk": risk(one.risk)}
        for one in held
    ]  # fmt: skip


def risk(of: Risk) -> dict[str, Any]:
    counted = {"severity": of.severity, "likelihood": of.likelihood, "score": of.score, "level": of.level}
    return {**counted, "severe": list(of.severe), "likely": list(of.likely)}


def weighed(one: Shown) -> dict[str, Any] | None:
    answer = one.weighing
    if answer is None:
        return None
    told = {name: getattr(answer, name) for name in ("needed", "coarser", "shorter", "on_device", "decision", "words")}
    return {**told, "by": answer.by.name, "at": answer.at.isoformat(), "holds": one.is_weighed}


def _line(one: Shown) -> Iterator[Block]:
    yield Heading(one.row.name, 2)
    yield Table((_("What"), _("What it says")), tuple((str(label), text) for label, text in said(one.row)))
    yield Paragraph(minimisation(one))
    if one.gaps:
        yield Note(_("Missing: %(gaps)s") % {"gaps": " · ".join(str(words.GAPS[code]) for code in one.gaps)})


def minimisation(one: Shown) -> str:
    answer = one.weighing
    if answer is None:
        return _("Nobody has asked yet whether it is needed.")
    day = timezone.localdate(answer.at).isoformat()
    told = f"{answer.get_decision_display()} · {answer.words} ({answer.by.name}, {day})"
    return told if one.is_weighed else f"{told} {_('The line has changed since; the question stands again.')}"


def said(row: Line) -> Iterator[tuple[Any, str]]:
    """Each fact that says something with its label, in the language that is active; the name is the heading."""
    yield from ((words.FACTS[name], text) for name, text in by_name(row).items() if text and name != "name")


def by_name(row: Line) -> dict[str, str]:
    """Each fact in words."""
    days = _("%(days)s days") % {"days": row.kept_days} if row.kept_days is not None else _("no end named")
    return {
        "name": row.name,
        "categories": " · ".join(str(words.CATEGORIES[one]) for one in row.categories),
        "system": row.system,
        "place": row.place,
        "field_names": ", ".join(row.field_names),
        "purpose": row.purpose or str(words.GAPS["purpose"]),
        "basis": row.get_basis_display(),
        "basis_words": row.basis_words,
        "seen_by": ", ".join(unit.name for unit in row.seen_by.all()),
        "seen_roles": row.seen_roles,
        "kept_days": days,
        "then": row.get_then_display(),
        "then_words": row.then_words,
        "third_parties": "; ".join(party(one) for one in row.third_parties) or _("nobody"),
        "consent": row.get_consent_display(),
        "consent_how": row.consent_how,
        "unit": row.unit.name,
        "review_on": row.review_on.isoformat(),
        "ended_why": row.ended_why,
    }


def party(one: dict[str, Any]) -> str:
    kind = " (SDK)" if one["is_sdk"] else ""
    return f"{one['name']}{kind}, {one['country']}: {one['why']}"

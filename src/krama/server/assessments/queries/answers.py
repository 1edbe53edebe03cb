# SPDX-License-Identifier: Apache-2.0
"""Reading answers: where each line stands, what was ever said on it, and what was given to show it."""

from __future__ import annotations

from krama.server.assessments.models import Answer, GivenProof, Saying


def answers() -> dict[str, Answer]:
    """Every answer by its line, with owner and unit."""
    return {row.line_id: row for row in Answer.objects.select_related("owner", "unit", "unit__head", "unit__deputy")}


def answer_of(line_id: str) -> Answer | None:
    """The answer to one line; None when nobody has touched it."""
    rows = Answer.objects.select_related("owner", "unit", "unit__head", "unit__deputy", "said_by")
    return rows.filter(line_id=line_id).first()


def sayings(line_id: str) -> list[Saying]:
    """Everything that was ever said on a line, the newest first."""
    return list(Saying.objects.filter(answer__line_id=line_id).select_related("by").order_by("-number"))


def beside(line_id: str) -> list[Saying]:
    """What came late and nobody has answered over since: it waits for a person to join the two."""
    last = Saying.objects.filter(answer__line_id=line_id, beside=False).order_by("-number").first()
    return [one for one in sayings(line_id) if one.beside and (last is None or one.number > last.number)]


def proofs_of(line_id: str) -> list[GivenProof]:
    """What was given for a line and holds, the newest first."""
    rows = GivenProof.objects.filter(line_id=line_id, withdrawn_at=None)
    return list(rows.select_related("given_by").order_by("-given_at"))


def given_proofs() -> list[GivenProof]:
    """All that was given and holds, by line."""
    return list(GivenProof.objects.filter(withdrawn_at=None).select_related("given_by").order_by("line_id", "given_at"))

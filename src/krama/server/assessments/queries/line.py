# SPDX-License-Identifier: Apache-2.0
"""One line in words of one language: what is asked and why, whose idea it is, and what shows it met."""

from __future__ import annotations

from typing import Any

from krama.guidelines import Catalogue, Line
from krama.server.assessments.models import Answer
from krama.server.assessments.queries.answers import proofs_of
from krama.server.assessments.queries.assessment import CHIPS, state_of, states
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.assessments.queries.proofs import state_of as proof_state
from krama.server.assessments.queries.sectors import CHIPS as PROOF_CHIPS


def facts(line: Line, language: str) -> dict[str, Any]:
    """All that a line says of itself."""
    held = catalogue()
    words = held.words
    return {
        "id": line.id,
        "text": line.text.in_(language),
        "why": line.why.in_(language),
        "good": line.good.in_(language),
        "who": words.text("whos", line.who).in_(language),
        "effort": words.text("efforts", line.effort).in_(language),
        "harm": words.text("harms", line.harm).in_(language),
        "pillar": words.text("pillars", line.pillar).in_(language),
        "source": _source(held, line, language),
        "standing": words.text("standings", line.standing).in_(language),
        "references": [_reference(held, name, language) for name in line.references],
        "applies": any(one.id == line.id for one in lines()),
        "live": [shown for name in line.proof if (shown := _live(name))],
        "asked": [proof.text.in_(language) for name in line.proof if (proof := held.proof(name)).kind != "live"],
        "given": [(row, _shows(held, row.proof_id, language)) for row in proofs_of(line.id)],
    }


def state(answer: Answer, language: str) -> dict[str, str]:
    """Where the answer stands, as a chip and in a sentence."""
    name = state_of(answer)
    said = "" if answer.level is None else catalogue().words.scale[answer.level].text.in_(language)
    return {"name": name, "kind": CHIPS[name], "text": dict(states())[name], "level": said}


def _source(held: Catalogue, line: Line, language: str) -> str:
    source = next((one for one in held.sources if one.id == line.source), None)
    return source.title.in_(language) if source else line.source


def _reference(held: Catalogue, name: str, language: str) -> tuple[str, str]:
    reference = held.reference(name)
    body = next(body for body in held.bodies if body.id == reference.body)
    return body.text.in_(language), reference.text.in_(language)


def _live(name: str) -> dict[str, Any] | None:
    shown = proof_state(name) if name.startswith("live.") else None
    return {"proof": shown, "chip": PROOF_CHIPS[shown.state]} if shown else None  # type: ignore[index]


def _shows(held: Catalogue, proof_id: str, language: str) -> str:
    proof = next((one for one in held.proofs if one.id == proof_id), None)
    return proof.text.in_(language) if proof else proof_id

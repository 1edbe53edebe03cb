# SPDX-License-Identifier: Apache-2.0
"""Where the firm stands at this moment, as plain values: what an edition holds for good."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from krama.guidelines import Line
from krama.guidelines.live import Figure
from krama.server.assessments.models import Answer, FirmProfile, GivenProof, ProofState
from krama.server.assessments.queries.answers import answers, given_proofs
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.assessments.queries.proofs import NOT_LATELY, holds
from krama.server.countries.queries import pack

FORMAT = 1


def body_now(profile: FirmProfile) -> dict[str, Any]:
    """Catalogue, country and profile by version; each line that applies with its answer; each live proof's state.

    People stand in it by their id and role, not by name: an edition stays for years.
    """
    held, country, given = catalogue(), pack(), answers()
    proofs: dict[str, list[GivenProof]] = {}
    for proof in given_proofs():
        proofs.setdefault(proof.line_id, []).append(proof)
    return {
        "format": FORMAT,
        "catalogue": {"id": held.id, "version": held.version},
        "country": {"id": country.id, "version": country.version},
        "profile": _profile(profile),
        "lines": [_line(line, given.get(line.id), proofs.get(line.id, [])) for line in lines()],
        "live": [_live(row) for row in ProofState.objects.order_by("proof_id")],
    }


def _profile(row: FirmProfile) -> dict[str, Any]:
    names = ("number", "firm_en", "firm_km", "sectors", "features", "users", "size", "languages")
    return {name: getattr(row, name) for name in names}


def _line(line: Line, answer: Answer | None, given: list[GivenProof]) -> dict[str, Any]:
    row = answer or Answer(line_id=line.id)
    return {
        "id": line.id,
        "pillar": line.pillar,
        "text": {"en": line.text.en, "km": line.text.km},
        "level": row.level,
        "words": row.words,
        "set_aside": row.set_aside,
        "why_aside": row.why_aside,
        "needs_look": row.needs_look,
        "revision": row.revision,
        "unit": {"id": str(row.unit.pk), "name": row.unit.name, "kind": row.unit.kind} if row.unit else None,
        "owner": {"id": str(row.owner.pk), "role": row.owner.role} if row.owner else None,
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "proofs": [_proof(one) for one in given],
    }


def _proof(row: GivenProof) -> dict[str, Figure]:
    names = ("proof_id", "kind", "title", "sha256", "size", "place", "url", "said")
    return {**{name: getattr(row, name) for name in names}, "given_at": row.given_at.isoformat()}


def _live(row: ProofState) -> dict[str, Any]:
    """As it is seen now: what nobody has looked at lately goes into an edition as not known, whatever it was then."""
    checked_at = row.checked_at.isoformat()
    if not holds(row, timezone.now()):
        old = {"state": "unknown", "since": checked_at, "cause": NOT_LATELY, "figures": {"checked_at": checked_at}}
        return {"id": row.proof_id, **old, "checked_at": checked_at}
    return {
        "id": row.proof_id,
        "state": row.state,
        "since": row.since.isoformat(),
        "cause": row.cause,
        "figures": row.figures,
        "checked_at": checked_at,
    }

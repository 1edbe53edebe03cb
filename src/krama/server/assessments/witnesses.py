# SPDX-License-Identifier: Apache-2.0
"""Every live proof there is: what the rooms witness, collected. A later room adds its own here."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from krama.guidelines.live import Definition, Look
from krama.server.accounts import proofs as accounts
from krama.server.assessments import proofs as assessments
from krama.server.callout import proofs as callout
from krama.server.cases.proofs import cases, looks, triage
from krama.server.cases.proofs import playbook as playbooks
from krama.server.confidentiality import proofs as confidentiality
from krama.server.countries import proofs as countries
from krama.server.detections import proofs as detections
from krama.server.intake import proofs as intake
from krama.server.lists import proofs as lists
from krama.server.measures import proofs as measures
from krama.server.support import proofs as support
from krama.server.trail import proofs as trail
from krama.server.wellbeing import proofs as wellbeing

ROOMS: tuple[ModuleType, ...] = (
    lists,
    detections,
    intake,
    cases,
    triage,
    looks,
    playbooks,
    wellbeing,
    measures,
    support,
    callout,
    accounts,
    countries,
    confidentiality,
    assessments,
    trail,
)
# Seen by a lower room, and mended on a page of this one or of a room between.
MENDED_HERE = {
    "live.unit-heads-named": "assessments:units",
    "live.texts-reviewed": "assessments:wording",
    "live.reports-taken-in": "cases:queue",
    "live.reports-answered": "cases:queue",
}


def witnesses() -> dict[str, Look]:
    """What is looked at, by the proof's id."""
    return {proof_id: look for room in ROOMS for proof_id, look in room.PROOFS.items()}


def definitions() -> dict[str, Definition]:
    """What each of them asks."""
    found = {proof_id: definition for room in ROOMS for proof_id, definition in room.DEFINITIONS.items()}
    return {proof_id: replace(one, page=MENDED_HERE.get(proof_id, one.page)) for proof_id, one in found.items()}

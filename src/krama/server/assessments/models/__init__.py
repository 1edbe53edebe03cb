# SPDX-License-Identifier: Apache-2.0
"""A firm's answers, live proofs, plan and policy papers."""

from __future__ import annotations

from krama.server.assessments.models.answers import Answer, Edition, GivenProof, Saying
from krama.server.assessments.models.papers import Paper, Signature
from krama.server.assessments.models.plan import PlanTask, UnitRecord
from krama.server.assessments.models.profile import FirmProfile, LoadedCatalogue
from krama.server.assessments.models.proofs import ProofChange, ProofDay, ProofState

__all__ = [
    "Answer",
    "Edition",
    "FirmProfile",
    "GivenProof",
    "LoadedCatalogue",
    "Paper",
    "PlanTask",
    "ProofChange",
    "ProofDay",
    "ProofState",
    "Saying",
    "Signature",
    "UnitRecord",
]

# SPDX-License-Identifier: Apache-2.0
"""The assessments' part of the job loop."""

from __future__ import annotations

from krama.server.assessments.actions.look import look
from krama.server.outbox.registry import collects


@collects("assessments.proofs", seldom=True)
def look_round() -> int:
    return look()

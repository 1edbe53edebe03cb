# SPDX-License-Identifier: Apache-2.0
"""The compartments' part of the job loop: once a day, what is due goes."""

from __future__ import annotations

from datetime import timedelta

from krama.server.compartments.actions.destroy import run
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects
from krama.server.trail.actor import Machine

RETENTION = Machine("retention")
DAY = timedelta(days=1)


@collects("compartments.retention", seldom=True)
def retention_round() -> int:
    """Twice does no harm: whoever is killed half-way is followed by the next day's round, or by the command."""
    return sum(run(RETENTION).values()) if take_turn("retention", every=DAY) else 0

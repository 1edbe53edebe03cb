# SPDX-License-Identifier: Apache-2.0
"""Wellbeing's part of the job loop: what is over is forgotten."""

from __future__ import annotations

from datetime import timedelta

from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects
from krama.server.wellbeing.actions import forget

HOUR = timedelta(hours=1)


@collects("wellbeing.forget", seldom=True)
def forget_round() -> int:
    return forget() if take_turn("wellbeing", every=HOUR) else 0

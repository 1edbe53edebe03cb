# SPDX-License-Identifier: Apache-2.0
"""How long a first answer usually takes, published for a public face run apart: it may not look through reports."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from krama.server.intake import queries
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects
from krama.server.web import facts

EVERY = timedelta(minutes=1)


def publish(folder: Path | None = None) -> bool:
    """Whether it had changed. Rounded up to whole minutes: it says nothing about one report."""
    minutes = queries.usual_minutes()
    return facts.publish(queries.USUAL, None if minutes is None else math.ceil(minutes), folder)


@collects("intake.publish", seldom=True)
def publish_round() -> int:
    """Once a minute; the console's loop alone."""
    if settings.KRAMA_FACTS is None or not take_turn("publish usual", every=EVERY):
        return 0
    return int(publish())

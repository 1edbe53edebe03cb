# SPDX-License-Identifier: Apache-2.0
"""The pack in force, published for a public face run apart: it has none of these tables, and children call its numbers.

After each accepted change, when the job loop starts, and once a minute whatever happened in between.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from krama.countries import bodies
from krama.server.countries import queries
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects
from krama.server.web import facts

NAME = "country"
EVERY = timedelta(minutes=1)
_begun: set[str] = set()


def publish(folder: Path | None = None) -> bool:
    """Whether anything had changed."""
    return facts.publish(NAME, bodies(queries.raw_now()), folder)


@collects("countries.publish", seldom=True)
def publish_round() -> int:
    """Mends what a crash between an accepted change and its publication left."""
    if settings.KRAMA_FACTS is None or (_begun and not take_turn("publish country", every=EVERY)):
        return 0
    _begun.add(NAME)
    return int(publish())

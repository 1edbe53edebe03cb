# SPDX-License-Identifier: Apache-2.0
"""Reading the outbox."""

from __future__ import annotations

from datetime import datetime

from krama.server.outbox.models import Beat


def last_beat(name: str = "loop") -> datetime | None:
    """When this last went round, if it ever did."""
    return Beat.objects.filter(name=name).values_list("at", flat=True).first()

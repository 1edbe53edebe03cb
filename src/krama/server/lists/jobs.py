# SPDX-License-Identifier: Apache-2.0
"""The lists' part of the job loop."""

from __future__ import annotations

from django.conf import settings

from krama.server.lists import queries
from krama.server.outbox.registry import collects
from krama.signals import current_version, make_current


@collects("lists.current")
def make_latest_current() -> int:
    """Finish a publication that died between its row and the pointer."""
    latest = queries.latest_publication()
    if latest is None or current_version(settings.HOME.snapshots) == latest.version:
        return 0
    make_current(settings.HOME.snapshots, latest.version)
    return 1

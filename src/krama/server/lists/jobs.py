# SPDX-License-Identifier: Apache-2.0
"""The lists' part of the job loop."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from krama.server.lists import queries
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects
from krama.signals import current_version, make_current
from krama.signals.prune import prune

HOUR = timedelta(hours=1)
KEPT = timedelta(days=2)  # for a gate that fetches slowly, and for whoever looks into what was in force yesterday


@collects("lists.current")
def make_latest_current() -> int:
    """Finish a publication that died between its row and the pointer."""
    latest = queries.latest_publication()
    if latest is None or current_version(settings.HOME.snapshots) == latest.version:
        return 0
    if not (settings.HOME.snapshots / latest.version).exists():  # an old database beside newer lists: they go on
        return 0
    make_current(settings.HOME.snapshots, latest.version)
    return 1


@collects("lists.prune", seldom=True)
def prune_round() -> int:
    """Versions that nobody uses any more: of ten million hashes each is more than a gigabyte."""
    if not take_turn("lists-prune", every=HOUR):
        return 0
    return len(prune(settings.HOME.snapshots, keep=KEPT, now=timezone.now()))

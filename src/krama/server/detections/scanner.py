# SPDX-License-Identifier: Apache-2.0
"""The scanner of this process, over the current snapshot; a new one is picked up by itself."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils import timezone

from krama.errors import BadSnapshot
from krama.scanning import Scanner
from krama.sealing import KeyedHash
from krama.server.lists.queries import latest_publication
from krama.signals import WatchedSnapshots


@cache
def _lists() -> WatchedSnapshots:
    return WatchedSnapshots(settings.HOME.snapshots)


@cache
def _scanner() -> Scanner:
    return Scanner(_lists(), clock=timezone.now)


def scanner() -> Scanner:
    """Refuses (`BadSnapshot`) where lists were published but none can be read: knowing nothing lets content past."""
    if not _lists().version and (_lists().problem or latest_publication()):
        raise BadSnapshot(
            f"{_lists().problem or 'The published lists are gone from the home; publish them again.'} "
            "Until then hold back what you cannot have scanned."
        )
    return _scanner()


@cache
def identifiers() -> KeyedHash:
    """How the firm's ids are found again."""
    return KeyedHash(settings.KRAMA_IDENTIFIERS_KEY)

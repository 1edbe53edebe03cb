# SPDX-License-Identifier: Apache-2.0
"""What of a country pack is amber: never confirmed, confirmed too long ago, or out of reach. The day is passed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from krama.countries.model import Contact, Holiday, Pack, Stated

# Days a confirmation holds: a wrong number hurts soonest.
HOLDS = {"contacts": 90, "channels": 180, "laws": 365, "clocks": 365, "holidays": 365}


class Amber(StrEnum):
    """Why something is amber."""

    NEVER_CONFIRMED = "never-confirmed"
    TOO_LONG_AGO = "too-long-ago"
    NOT_REACHABLE = "not-reachable"
    YEAR_MISSING = "year-missing"


@dataclass(frozen=True)
class Stale:
    """One entry that needs a person to look at it."""

    group: str
    entry: Stated
    why: Amber


def stale(pack: Pack, today: date) -> tuple[Stale, ...]:
    """Every entry that is amber on that day, in the pack's order."""
    return tuple(
        Stale(group, entry, why)
        for group, days in HOLDS.items()
        for entry in getattr(pack, group)
        for why in _reasons(entry, today, timedelta(days=days))
    )


def _reasons(entry: Stated, today: date, holds: timedelta) -> Iterator[Amber]:
    if entry.verified_on is None:
        yield Amber.NEVER_CONFIRMED
    elif not entry.verified_on <= today <= entry.verified_on + holds:
        yield Amber.TOO_LONG_AGO  # a day in the future is a slip of the pen and confirms nothing
    if isinstance(entry, Contact) and not entry.reachable:
        yield Amber.NOT_REACHABLE
    if isinstance(entry, Holiday) and today.year not in entry.years:
        yield Amber.YEAR_MISSING

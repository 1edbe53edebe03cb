# SPDX-License-Identifier: Apache-2.0
"""How long somebody had cases in front of them: from what they did, never from a script that watches them.

An act counts until the next one, ten minutes at most. When in doubt more is counted than less: the time that this adds
ends a day sooner, and is held against nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from krama.server.wellbeing.models import Care, Watch

LONGEST = timedelta(minutes=10)
AT_LEAST = 60  # seconds that opening a case counts for
NEVER = timedelta()


def passed(watch: Watch, now: datetime) -> timedelta:
    """The time at a case since the last act; none where a clock was set back, or nobody was at a case."""
    if watch.case_id is None:
        return NEVER
    return min(max(now - watch.at, NEVER), LONGEST)


def rested(watch: Watch, care: Care, now: datetime) -> bool:
    """A break was taken to its end, or nothing was done for so long that it was one."""
    if watch.resting_until is not None:
        return watch.resting_until <= now
    return now - watch.at >= timedelta(minutes=care.break_minutes) + (LONGEST if watch.case_id else NEVER)


def grave_until(watch: Watch, care: Care, now: datetime) -> int:
    """Seconds with the gravest material since the last break."""
    if rested(watch, care, now):
        return 0
    return watch.grave_seconds + (int(passed(watch, now).total_seconds()) if watch.is_grave else 0)


def resting(watch: Watch, now: datetime) -> datetime | None:
    """Until when a break runs that somebody takes now. One further off than a day was set by a wrong clock."""
    until = watch.resting_until
    return until if until is not None and now < until < now + timedelta(days=1) else None

# SPDX-License-Identifier: Apache-2.0
"""Until when? Time is counted as it passes in the world; where a clock keeps office hours, only while somebody works.

All moments are aware; answers are in UTC. A daylight-saving change makes a day's hours longer or shorter, and they are
counted as they really were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WRITTEN = re.compile(r"([a-z]{3})-([a-z]{3}) (\d\d:\d\d)-(\d\d:\d\d)")
FURTHEST = 3_660  # days: beyond this, nobody works there any more


@dataclass(frozen=True)
class OfficeHours:
    """When somebody works: from `opens` to `closes` on `days` (0 is Monday), but not where `is_free` says so."""

    days: frozenset[int]
    opens: time
    closes: time
    zone: ZoneInfo
    is_free: Callable[[date], bool] = lambda day: False

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The hours of one day; None on a free one."""
        if day.weekday() not in self.days or self.is_free(day):
            return None
        begin, end = (datetime.combine(day, at, self.zone).astimezone(UTC) for at in (self.opens, self.closes))
        return (begin, end) if begin < end else None  # a night's change of time may swallow them


def office_hours(text: str, zone: str, is_free: Callable[[date], bool]) -> OfficeHours | None:
    """From `mon-fri 08:00-17:00`; None for an empty text; `ValueError` says what is wrong."""
    if not text.strip():
        return None
    found = WRITTEN.fullmatch(text.strip().lower())
    if found is None or not {found[1], found[2]} <= set(DAYS):
        raise ValueError(f"{text!r} is not of the form `mon-fri 08:00-17:00`")
    first, last = DAYS.index(found[1]), DAYS.index(found[2])
    days = frozenset((first + more) % 7 for more in range((last - first) % 7 + 1))
    opens, closes = time.fromisoformat(found[3]), time.fromisoformat(found[4])
    if opens >= closes:
        raise ValueError(f"{text!r} closes before it opens")
    return OfficeHours(days, opens, closes, ZoneInfo(zone), is_free)


def after(start: datetime, length: timedelta, hours: OfficeHours | None = None) -> datetime:
    """When so much time has been counted since `start`."""
    if hours is None:
        return start.astimezone(UTC) + length
    left = length
    for begin, end in _worked(start, hours):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise ValueError("nobody works in the next ten years")


def counted(start: datetime, end: datetime, hours: OfficeHours | None = None) -> timedelta:
    """How much time was counted between the two; none when `end` lies before `start`, as a clock set back makes it."""
    if end <= start:
        return timedelta()
    if hours is None:
        return end - start
    found = timedelta()
    for begin, stop in _worked(start, hours):
        if begin >= end:
            break
        found += min(stop, end) - begin
    return found


def _worked(start: datetime, hours: OfficeHours) -> Iterator[tuple[datetime, datetime]]:
    """The stretches that somebody works, from `start` on."""
    start = start.astimezone(UTC)
    first = start.astimezone(hours.zone).date() - timedelta(days=1)  # a zone may call it yesterday still
    for number in count():
        if number > FURTHEST:
            return
        stretch = hours.on(first + timedelta(days=number))
        if stretch and stretch[1] > start:
            yield max(stretch[0], start), stretch[1]

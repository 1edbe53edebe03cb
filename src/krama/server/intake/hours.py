# SPDX-License-Identifier: Apache-2.0
"""Safe hours, as a reporter chose them: in the time of the country, never outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

HOURS = {"any": (0, 24), "morning": (7, 11), "noon": (11, 14), "afternoon": (14, 18), "evening": (18, 21)}


def is_safe(hour: str, at: datetime) -> bool:
    """Whether `at` lies in that hour; an hour that is none of ours is never safe."""
    begins, ends = HOURS.get(hour, (0, 0))
    return begins <= timezone.localtime(at).hour < ends


def next_safe(hour: str, at: datetime) -> datetime:
    """The next moment that is safe: `at` itself, or when the hour begins again."""
    if is_safe(hour, at):
        return at
    local = timezone.localtime(at)
    begins = local.replace(hour=HOURS[hour][0], minute=0, second=0, microsecond=0)
    return begins if begins > local else begins + timedelta(days=1)

# SPDX-License-Identifier: Apache-2.0
"""Time goes by for one person: their clock is set back, as if what they did lay so long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F

from krama.server.cases.models import Case
from krama.server.wellbeing import actions
from krama.server.wellbeing.models import Watch
from krama.server.wellbeing.whose import whose


def later(person: Any, minutes: float) -> None:
    """So many minutes after what they did last."""
    rows = Watch.objects.filter(whose=whose(person))
    rows.update(at=F("at") - timedelta(minutes=minutes))
    rows.exclude(resting_until=None).update(resting_until=F("resting_until") - timedelta(minutes=minutes))


def work(person: Any, case: Case, minutes: int) -> None:
    """At this case for so long, with something done every five minutes."""
    actions.note(person, case=case, items=1)
    for _step in range(minutes // 5):
        later(person, 5)
        actions.note(person, case=case, items=1)

# SPDX-License-Identifier: Apache-2.0
"""What the callout witnesses: a drill reached a person, not long ago and fast enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.callout.models import Alarm

# A link came to somebody, or another than the one who started it was there: pressing one's own button shows nothing.
REACHED = Q(by_link=True) | (Q(taken_by__isnull=False) & ~Q(taken_by=F("started_by")))


def drill_reached(now: datetime) -> Seen:
    drills = Alarm.objects.filter(kind=Alarm.Kind.DRILL, ended_at__isnull=False, raised_at__lt=now + SKEW)
    last = drills.order_by("-raised_at").first()
    lately = drills.filter(raised_at__gt=now - timedelta(days=settings.KRAMA_DRILL_DAYS))
    in_time = timedelta(minutes=settings.KRAMA_DRILL_MINUTES)
    reached = lately.filter(REACHED, taken_at__lte=F("raised_at") + in_time)
    best = reached.order_by("-raised_at").first()
    figures = {
        "drills": lately.count(),
        "reached": reached.count(),
        "days": (now - last.raised_at).days if last else None,
        "minutes": _minutes(best),
    }
    if last is None:
        return Seen("unknown", _("No drill of the call tree was held yet."), figures)
    if not figures["drills"]:
        return Seen("fail", _("The last drill of the call tree was %(days)s days ago."), figures)
    if best is None:
        return Seen("fail", _("Of %(drills)s drills lately none reached a person in time."), figures)
    cause = _("A drill reached a person within %(minutes)s minutes; the last drill was %(days)s days ago.")
    return Seen("pass", cause, figures)


def _minutes(alarm: Alarm | None) -> int | None:
    """Begun minutes, so that nobody reads a nought."""
    if alarm is None or alarm.taken_at is None:
        return None
    return int((alarm.taken_at - alarm.raised_at).total_seconds() // 60) + 1


PROOFS: dict[str, Look] = {"live.drill-reached": drill_reached}
DEFINITIONS = {
    "live.drill-reached": Definition(
        _("In the last %(days)s days a drill of the call tree reached a person within %(minutes)s minutes."),
        _("Start a drill on the page of who is woken, and let whoever is called say that they are there."),
        {
            "drills": _("Drills lately"),
            "reached": _("Of these reached somebody in time"),
            "days": _("Days since the last drill"),
            "minutes": _("Minutes until somebody was there"),
        },
        lambda: {"days": settings.KRAMA_DRILL_DAYS, "minutes": settings.KRAMA_DRILL_MINUTES},
        "callout:tree",
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""What this room witnesses: that whoever promised to look after a child again does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.support.models import FollowUp
from krama.server.support.queries import late, to_follow_up

QUARTER = timedelta(days=90)


def follow_ups_kept(now: datetime) -> Seen:
    today = timezone.localdate(now)
    done = FollowUp.objects.filter(done_at__gt=now - QUARTER)
    figures = {
        "kept": done.alias(day=TruncDate("done_at")).filter(day__lte=F("due_on")).count(),
        "done_late": done.alias(day=TruncDate("done_at")).filter(day__gt=F("due_on")).count(),
        "open": to_follow_up(today).count(),
        "late": late(today).count(),
    }
    if figures["late"]:
        return Seen("fail", _("Days to look after a child again that passed unkept: %(late)s."), figures)
    if not figures["kept"] + figures["done_late"]:
        return Seen("unknown", _("Nobody has looked after a child again yet."), figures)
    return Seen("pass", _("Looked after again in time in 90 days: %(kept)s; no child waits past its day."), figures)


PROOFS: dict[str, Look] = {"live.follow-ups-kept": follow_ups_kept}
DEFINITIONS = {
    "live.follow-ups-kept": Definition(
        _("In 90 days somebody looked after a child again, and no such day has passed unkept."),
        _("Look after the child, and write down how it is."),
        {
            "kept": _("Kept in 90 days"),
            "done_late": _("Of these after their day"),
            "open": _("Still to come"),
            "late": _("Past their day"),
        },
        page="cases:queue",
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""What playbooks and waves witness: steps done in time, and no wave of alike reports that nobody answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.cases import playbook, waves
from krama.server.cases.models import PlaybookMark, Wave

MONTH = timedelta(days=30)


def steps_in_time(now: datetime) -> Seen:
    """Of open cases alone; which steps they are is sealed, and nobody needs to know here."""
    late = playbook.late(now).order_by("next_due_at")
    first = late.values_list("next_due_at", flat=True).first()
    done = PlaybookMark.objects.filter(in_time__isnull=False, at__gt=now - MONTH, at__lt=now + SKEW)
    figures = {
        "late": late.count(),
        "hours": int((now - first) / timedelta(hours=1)) if first else 0,
        "done": done.count(),
        "done_late": done.filter(in_time=False).count(),
    }
    if figures["late"]:
        cause = _("Playbooks of open cases with a step past its time: %(late)s, the longest by %(hours)s hours.")
        return Seen("fail", cause, figures)
    if not PlaybookMark.objects.filter(in_time__isnull=False, at__lt=now + SKEW).exists():
        return Seen("unknown", _("No step of a playbook was done yet."), figures)
    return Seen("pass", _("No step that must be done is late; done in 30 days: %(done)s."), figures)


def waves_answered(now: datetime) -> Seen:
    late = waves.waiting().filter(raised_at__lt=now - timedelta(hours=settings.KRAMA_WAVES["hours"]))
    figures = {"late": late.count(), "waves": Wave.objects.filter(raised_at__lt=now + SKEW).count()}
    if figures["late"]:
        return Seen("fail", _("Waves of alike reports that nobody answered in time: %(late)s."), figures)
    if not Wave.objects.filter(answered_at__lt=now + SKEW).exists():
        return Seen("unknown", _("No wave of alike reports was answered yet."), figures)
    return Seen("pass", _("Every wave of alike reports was answered in time, or still may be."), figures)


PROOFS: dict[str, Look] = {"live.steps-in-time": steps_in_time, "live.waves-answered": waves_answered}
DEFINITIONS = {
    "live.steps-in-time": Definition(
        _(
            "At least one step of a playbook was done, and in no open case is one late that must be done; the hours of "
            "each step are taken times %(pace)s."
        ),
        _("Open the case that is late, and do the step or set the playbook aside."),
        {
            "late": _("Playbooks of open cases with a late step"),
            "hours": _("Hours by which the longest is late"),
            "done": _("Steps done in 30 days"),
            "done_late": _("Of these after their time"),
        },
        lambda: {"pace": settings.KRAMA_STEP_PACE},
        "cases:queue",
    ),
    "live.waves-answered": Definition(
        _(
            "A wave is %(reports)s alike reports in %(days)s days. At least one was answered, and none has waited for "
            "more than %(hours)s hours."
        ),
        _("Release the warning, or drop it, and say why."),
        {"late": _("Waves that nobody answered in time"), "waves": _("Waves so far")},
        lambda: settings.KRAMA_WAVES,
        "cases:waves",
    ),
}

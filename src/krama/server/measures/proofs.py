# SPDX-License-Identifier: Apache-2.0
"""What the measures witness: that the firm's systems do what was ordered, and say so."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.measures.models import Measure
from krama.server.measures.queries import failed


def measures_confirmed(now: datetime) -> Seen:
    unfinished = Measure.objects.exclude(state__in=(Measure.State.DONE, Measure.State.FAILED))
    figures = {
        "done": Measure.objects.filter(state=Measure.State.DONE).count(),
        "waiting": unfinished.filter(due_at__gte=now).count(),
        "overdue": unfinished.filter(due_at__lt=now).count(),
        "failed": failed().count(),
    }
    if figures["failed"]:
        return Seen("fail", _("Measures that the firm’s system could not carry out: %(failed)s."), figures)
    if figures["overdue"]:
        return Seen("fail", _("Measures that were not confirmed in time: %(overdue)s."), figures)
    if not figures["done"]:
        return Seen("unknown", _("No measure was confirmed yet."), figures)
    return Seen("pass", _("Measures confirmed as done: %(done)s; none is overdue."), figures)


PROOFS: dict[str, Look] = {"live.measures-confirmed": measures_confirmed}
DEFINITIONS = {
    "live.measures-confirmed": Definition(
        _("At least one measure was confirmed as done, none failed, and none waits longer than %(minutes)s minutes."),
        _("Look why the firm’s system did not do it; it confirms the measure when it is done."),
        {
            "done": _("Done"),
            "waiting": _("Ordered, still in time"),
            "overdue": _("Overdue"),
            "failed": _("Failed"),
        },
        lambda: {"minutes": settings.KRAMA_MEASURE_MINUTES},
        "cases:queue",
    ),
}

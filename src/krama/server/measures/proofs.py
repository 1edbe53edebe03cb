# SPDX-License-Identifier: Apache-2.0
"""What the measures witness: that the firm's systems do what was ordered, and say so."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.measures.kinds import UNFINISHED
from krama.server.measures.models import Measure
from krama.server.measures.queries import failed, not_rechecked


def measures_confirmed(now: datetime) -> Seen:
    unfinished = Measure.objects.filter(state__in=UNFINISHED)
    done = Measure.objects.filter(state=Measure.State.DONE)
    figures = {
        "done": done.count(),
        "waiting": unfinished.filter(due_at__gte=now).count(),
        "overdue": unfinished.filter(due_at__lt=now).count(),
        "failed": failed().count(),
        "holds": done.filter(check_said=Measure.Held.HOLDS).count(),
        "gone": done.filter(check_said=Measure.Held.GONE).count(),
        "not_rechecked": not_rechecked(now).count(),
    }
    if figures["failed"]:
        return Seen("fail", _("Measures that the firm’s system could not carry out: %(failed)s."), figures)
    if figures["overdue"]:
        return Seen("fail", _("Measures that were not confirmed in time: %(overdue)s."), figures)
    if figures["gone"]:
        return Seen("fail", _("Measures that were confirmed and hold no longer: %(gone)s."), figures)
    if not figures["done"]:
        return Seen("unknown", _("No measure was confirmed yet."), figures)
    if figures["not_rechecked"]:
        said = _(
            "Measures confirmed as done: %(done)s; your system did not say whether these still hold: %(not_rechecked)s."
        )
        return Seen("pass", said, figures)
    return Seen("pass", _("Measures confirmed as done: %(done)s; none is overdue."), figures)


PROOFS: dict[str, Look] = {"live.measures-confirmed": measures_confirmed}
DEFINITIONS = {
    "live.measures-confirmed": Definition(
        _(
            "At least one measure was confirmed as done, none failed, none waits longer than %(minutes)s minutes, and "
            "of none was said, when it was asked about again, that it holds no longer."
        ),
        _("Look why the firm’s system did not do it; it confirms the measure when it is done. Or order it again."),
        {
            "done": _("Done"),
            "waiting": _("Ordered, still in time"),
            "overdue": _("Overdue"),
            "failed": _("Failed"),
            "holds": _("Looked at again, and still so"),
            "gone": _("Looked at again, and no longer so"),
            "not_rechecked": _("Asked about again, without an answer"),
        },
        lambda: {"minutes": settings.KRAMA_MEASURE_MINUTES},
        "cases:queue",
    ),
}

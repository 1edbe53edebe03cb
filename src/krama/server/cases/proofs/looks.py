# SPDX-License-Identifier: Apache-2.0
"""What second looks witness: where an act asks for a second person, one looked before long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Seen
from krama.guidelines.live import Look as Witness
from krama.server.cases.models import Look

QUARTER = timedelta(days=90)


def looks_given(now: datetime) -> Seen:
    """Never which case, nor who asked: everybody reads the proofs."""
    open_looks = Look.objects.filter(given_at=None).order_by("asked_at")
    late = open_looks.filter(asked_at__lt=now - timedelta(hours=settings.KRAMA_LOOK_HOURS))
    first = late.values_list("asked_at", flat=True).first()
    figures = {
        "open": open_looks.count(),
        "late": late.count(),
        "hours": int((now - first) / timedelta(hours=1)) if first else 0,
        "given": Look.objects.filter(given_at__gt=now - QUARTER, given_at__lt=now + SKEW).count(),
    }
    if figures["late"]:
        return Seen(
            "fail", _("Second looks that nobody gave in time: %(late)s, the oldest %(hours)s hours old."), figures
        )
    if not figures["given"]:
        return Seen("unknown", _("No second look was given lately."), figures)
    return Seen("pass", _("Second looks given in 90 days: %(given)s; none waits for too long."), figures)


PROOFS: dict[str, Witness] = {"live.looks-given": looks_given}
DEFINITIONS = {
    "live.looks-given": Definition(
        _(
            "In 90 days a second person looked at an act that asks for one, and no such look has been to come for more "
            "than %(hours)s hours."
        ),
        _("Open the second looks, from Today: read what was done, and agree or do not."),
        {
            "open": _("Second looks still to come"),
            "late": _("Of these for too long"),
            "hours": _("Hours since the oldest was asked for"),
            "given": _("Given in 90 days"),
        },
        lambda: {"hours": settings.KRAMA_LOOK_HOURS},
        "cases:queue",
    ),
}

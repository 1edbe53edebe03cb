# SPDX-License-Identifier: Apache-2.0
"""What the detections witness: that uploads are being scanned."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Figure, Look, Seen
from krama.server.detections.queries import last_scan, scanned_on


def uploads_scanned(now: datetime) -> Seen:
    last = last_scan()
    if last is None:
        return Seen("unknown", _("Nothing was scanned yet."))
    figures: dict[str, Figure] = {"last": last.isoformat(), "today": scanned_on(timezone.localdate(now))}
    if not now - timedelta(hours=settings.KRAMA_SCAN_HOURS) <= last <= now + SKEW:
        return Seen("fail", _("No upload was scanned for too long; the last scan was at %(last)s."), figures)
    return Seen("pass", _("Uploads are being scanned; today %(today)s."), figures)


PROOFS: dict[str, Look] = {"live.uploads-scanned": uploads_scanned}
DEFINITIONS = {
    "live.uploads-scanned": Definition(
        _("Something was scanned in the last %(hours)s hours."),
        _("Look whether your app still asks for a scan before it shows an upload, and whether its key still holds."),
        {"last": _("The last scan"), "today": _("Scans today")},
        lambda: {"hours": settings.KRAMA_SCAN_HOURS},
        "accounts:keys",
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""A case in words: why it is here, and how much time is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.server.cases.models import Case, Item
from krama.server.detections.models import Detection
from krama.server.detections.queries import is_exact
from krama.server.intake.models import Report, Topic

SOON = timedelta(hours=1)


def why(items: Iterable[Item]) -> list[str]:
    """One sentence for each different reason, the strongest first."""
    sentences = [sentence for item in items for sentence in why_item(item)]
    return list(dict.fromkeys(sentences))


def why_item(item: Item) -> list[str]:
    if item.report is not None:
        return why_report(item.report)
    return why_detection(item.detection) if item.detection is not None else []


def why_report(report: Report) -> list[str]:
    """What somebody told us, by its topic alone."""
    said = [_("Somebody says: I am in danger now.")] if report.is_emergency else []
    if report.topic != Topic.DANGER:
        said.append(_("Somebody told us: %(topic)s.") % {"topic": report.get_topic_display()})
    return said


def why_detection(detection: Detection) -> list[str]:
    if detection.reason == Detection.Reason.UNDECODABLE:
        return [_("It could not be opened, so nobody knows what it is.")]
    if detection.reason == Detection.Reason.TRUNCATED:
        return [_("It is cut short: nothing known was found in the part that could be searched.")]
    return [match_sentence(match) for match in detection.matches[:1]]


def match_sentence(match: dict[str, Any]) -> str:
    """What a match means, without the names of things."""
    if match["signal_type"] == "url":
        return _("It leads to an address that is on a list.")
    if is_exact(match):
        return _("It is an exact copy of listed material.")
    if match["distance"] == 0:
        return _("It looks exactly like listed material.")
    return _("It is a changed copy of listed material: %(distance)s of 256 bits differ.") % match


def due_chip(case: Case, now: datetime | None = None) -> dict[str, str]:
    """How much time is left, in words and a shape."""
    if case.state == Case.State.CLOSED:
        return {"kind": "ok", "text": _("decided")}
    left = case.due_at - (now or timezone.now())
    if left < timedelta():
        return {"kind": "stop", "text": _("late by %(time)s") % {"time": span(-left)}}
    return {"kind": "due" if left < SOON else "ok", "text": _("%(time)s left") % {"time": span(left)}}


def span(length: timedelta) -> str:
    """A length of time in the largest unit that fits."""
    minutes = max(int(length.total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def source_label(case: Case) -> str:
    return {"scanner": _("found by the scanner"), "report": _("told by a person")}.get(case.source, case.source)

# SPDX-License-Identifier: Apache-2.0
"""What the register witnesses: looked at in time, asked whether it is needed, covered by an impact assessment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.confidentiality.models import Line
from krama.server.confidentiality.queries.impact import approved, uncovered
from krama.server.confidentiality.queries.register import held, not_weighed

A_YEAR = timedelta(days=365)


def register_reviewed(now: datetime) -> Seen:
    lines = Line.objects.filter(ended_at=None)
    figures = {"lines": lines.count(), "late": lines.filter(review_on__lt=timezone.localdate(now)).count()}
    if not figures["lines"]:
        return Seen("unknown", _("Nothing stands in the register yet."), figures)
    if figures["late"]:
        return Seen("fail", _("Lines past their day of review: %(late)s of %(lines)s."), figures)
    return Seen("pass", _("All %(lines)s lines were looked at in time."), figures)


def register_weighed(now: datetime) -> Seen:
    found = held()
    figures = {"lines": len(found), "open": not_weighed(found)}
    if not found:
        return Seen("unknown", _("Nothing stands in the register yet."), figures)
    if figures["open"]:
        return Seen("fail", _("Lines of which nobody asked whether it is needed: %(open)s of %(lines)s."), figures)
    return Seen("pass", _("Somebody asked of each of the %(lines)s lines whether it is needed."), figures)


def impact_assessed(now: datetime) -> Seen:
    found, newest = held(), approved()
    if not found or newest is None or newest.approved_at is None or newest.approved_at > now + SKEW:
        return Seen(
            "unknown", _("No impact assessment of a register with lines is approved yet."), {"lines": len(found)}
        )
    age = (now - newest.approved_at).days
    figures = {"number": newest.number, "lines": len(found), "open": len(uncovered(newest.covers, found)), "age": age}
    if newest.approved_at < now - A_YEAR:
        return Seen("fail", _("The impact assessment was approved %(age)s days ago."), figures)
    if figures["open"]:
        return Seen("fail", _("Lines that the impact assessment does not cover: %(open)s of %(lines)s."), figures)
    return Seen("pass", _("Impact assessment %(number)s covers all %(lines)s lines."), figures)


PROOFS: dict[str, Look] = {
    "live.register-reviewed": register_reviewed,
    "live.register-weighed": register_weighed,
    "live.impact-assessed": impact_assessed,
}
DEFINITIONS = {
    "live.register-reviewed": Definition(
        _("The register of data on children has lines, and none is past its day of review."),
        _("Look at the line again, and say that it is right or correct it."),
        {"lines": _("Lines in the register"), "late": _("Days that are past")},
        page="confidentiality:register",
    ),
    "live.register-weighed": Definition(
        _("Of each line somebody answered whether it is needed, after the last change that weighs."),
        _("Answer the minimisation question of the line."),
        {"lines": _("Lines in the register"), "open": _("Of these not answered")},
        page="confidentiality:register",
    ),
    "live.impact-assessed": Definition(
        _("A second person approved an impact assessment in the last year, and it covers every line as it stands."),
        _("Write the impact assessment anew; another person approves it."),
        {
            "number": _("Its number"),
            "lines": _("Lines in the register"),
            "open": _("Of these not covered"),
            "age": _("Days since it was approved"),
        },
        page="confidentiality:impact",
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""What wellbeing witnesses: that a counsellor is there and the limit holds.

Everybody reads the proofs: no figure here is of fewer than five people.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.cases.models import Decision
from krama.server.wellbeing.models import Exposure
from krama.server.wellbeing.queries import care, days_over, is_fresh

FEWEST = 5
WEEK = 7
MOST_MINUTES = 240  # the field's four hours a day; a firm that allows more does not pass


def reviewers_protected(now: datetime) -> Seen:
    firm, sums = care(), days_over(WEEK, at_least=FEWEST)
    figures = {
        "counsellor": firm.verified_on.isoformat() if firm.counsellor and firm.verified_on else None,
        "minutes": firm.daily_minutes,
        "people": sums[0] if sums else None,
        "over": sums[1] if sums else None,
    }
    if not (Decision.objects.exists() or Exposure.objects.exists()):
        return Seen("unknown", _("Nobody has read or decided a case yet."), figures)
    if not (firm.counsellor and firm.contact):
        return Seen("fail", _("No counsellor is named for those who review."), figures)
    if not is_fresh(firm, timezone.localdate(now)):
        return Seen("fail", _("Nobody called the counsellor in time; the number may be wrong."), figures)
    if firm.daily_minutes > MOST_MINUTES:
        return Seen("fail", _("The daily limit is %(minutes)s minutes; that is more than four hours."), figures)
    if sums is None:
        cause = _("A counsellor is named, a limit is set. With fewer than five people nobody’s days are counted here.")
        return Seen("pass", cause, figures)
    if sums[1]:
        return Seen("fail", _("Days longer than the limit in the last week, of all together: %(over)s."), figures)
    return Seen("pass", _("A counsellor is named, and no day of the last week was longer than the limit."), figures)


PROOFS: dict[str, Look] = {"live.reviewers-protected": reviewers_protected}
DEFINITIONS = {
    "live.reviewers-protected": Definition(
        _(
            "A counsellor for those who review is named, and was called in the last %(days)s days; the daily limit is "
            "at most %(minutes)s minutes; where at least five people had cases before them in the last week, no day "
            "was longer."
        ),
        _("Name a counsellor, call the number, and write down the day; or lower the limit."),
        {
            "counsellor": _("Day on which the counsellor was called"),
            "minutes": _("Daily limit in minutes"),
            "people": _("People with cases before them last week, if at least five"),
            "over": _("Days longer than the limit, of all together"),
        },
        lambda: {"days": settings.KRAMA_COUNSELLOR_DAYS, "minutes": MOST_MINUTES},
        "wellbeing:care",
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""What the guidelines' own practice witnesses: policy, reviews, owners; and that the job loop goes round."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.accounts.models import Unit
from krama.server.assessments.models import Answer, Paper, Signature
from krama.server.assessments.queries.catalogue import lines
from krama.server.cases.models import Item
from krama.server.cases.queries.case import decisions_waiting
from krama.server.detections.queries import waiting
from krama.server.outbox.queries import last_beat


def policy_approved(now: datetime) -> Seen:
    paper = Paper.objects.filter(kind="policy", state=Paper.State.APPROVED).order_by("-number").first()
    units = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    if paper is None or not units:
        return Seen("unknown", _("There is no approved policy, or no unit to sign it, yet."), {"units": len(units)})
    signed = units & set(Signature.objects.filter(paper=paper).values_list("unit_id", flat=True))
    figures = {
        "number": paper.number,
        "review_on": paper.review_on.isoformat() if paper.review_on else None,
        "units": len(units),
        "signed": len(signed),
        "missing": len(units - signed),
    }
    if paper.review_on is None:
        return Seen("fail", _("The approved policy has no day of review."), figures)
    if paper.review_on < timezone.localdate(now):
        return Seen("fail", _("The policy was to be reviewed on %(review_on)s."), figures)
    if figures["missing"]:
        return Seen("fail", _("Units in which nobody signed the policy: %(missing)s of %(units)s."), figures)
    return Seen("pass", _("Version %(number)s of the policy is approved and signed in all %(units)s units."), figures)


def reviews_on_time(now: datetime) -> Seen:
    dated = Answer.objects.exclude(review_on=None)
    late = dated.filter(review_on__lt=timezone.localdate(now))
    oldest = late.order_by("review_on").values_list("line_id", flat=True).first()
    figures = {"dated": dated.count(), "late": late.count(), "oldest": oldest}
    if not figures["dated"]:
        return Seen("unknown", _("No answer has a day of review yet."), figures)
    if figures["late"]:
        return Seen("fail", _("Reviews past their day: %(late)s, longest %(oldest)s."), figures)
    return Seen("pass", _("Days of review to come: %(dated)s; none is past."), figures)


def answers_owned(now: datetime) -> Seen:
    asked = {line.id for line in lines()}
    answers = Answer.objects.filter(line_id__in=asked)
    # A closed unit keeps what it had, but nobody there carries it out.
    owned = set(answers.filter(unit__is_active=True).values_list("line_id", flat=True))
    aside = set(answers.filter(set_aside=True).values_list("line_id", flat=True))
    figures = {"lines": len(asked), "owned": len(owned), "without": len(asked - owned - aside)}
    if not asked or not owned:
        return Seen("unknown", _("No requirement has been given to a unit yet."), figures)
    if figures["without"]:
        return Seen("fail", _("Requirements that no unit owns: %(without)s of %(lines)s."), figures)
    return Seen("pass", _("Each of the %(lines)s requirements that apply is owned by a unit or set aside."), figures)


def jobs_run(now: datetime) -> Seen:
    last, collected = last_beat(), Item.objects.order_by("-joined_at").values_list("joined_at", flat=True).first()
    since = now - timedelta(seconds=settings.KRAMA_LOOP_SECONDS)
    figures = {
        "last": last.isoformat() if last else None,
        "quiet": round((now - last).total_seconds()) if last else None,
        "collected": collected.isoformat() if collected else None,
        # A loop that goes round, and in which one room's part fails each time, looks well from afar.
        "waiting": waiting().filter(at__lt=since).count() + decisions_waiting().filter(at__lt=since).count(),
    }
    if last is not None and not since <= last <= now + SKEW:
        return Seen("fail", _("The job loop does not go round; it was last seen %(quiet)s seconds ago."), figures)
    if figures["waiting"]:
        return Seen("fail", _("The job loop goes round and leaves things undone: %(waiting)s wait too long."), figures)
    if last is None or collected is None:
        return Seen("unknown", _("The job loop has had nothing to collect yet."), figures)
    return Seen("pass", _("The job loop goes round, and has collected what the scanners found."), figures)


PROOFS: dict[str, Look] = {
    "live.policy-approved": policy_approved,
    "live.reviews-on-time": reviews_on_time,
    "live.answers-owned": answers_owned,
    "live.jobs-run": jobs_run,
}
DEFINITIONS = {
    "live.policy-approved": Definition(
        _("The newest approved policy is not past its day of review, and somebody in each active unit signed it."),
        _("Have the policy approved, and signed in each unit."),
        {
            "number": _("Version of the policy"),
            "review_on": _("To be reviewed on"),
            "units": _("Active units"),
            "signed": _("Units that signed"),
            "missing": _("Units that did not sign"),
        },
        page="assessments:papers",
    ),
    "live.reviews-on-time": Definition(
        _("At least one answer has a day of review, and no such day is past."),
        _("Look at the answer again, and set the next day."),
        {
            "dated": _("Answers with a day of review"),
            "late": _("Days that are past"),
            "oldest": _("The requirement that waits longest"),
        },
        page="assessments:assessment",
    ),
    "live.answers-owned": Definition(
        _("Each requirement that applies to the firm is owned by a unit, or set aside with a reason."),
        _("Give the requirement to a unit."),
        {
            "lines": _("Requirements that apply"),
            "owned": _("Owned by a unit"),
            "without": _("Without a unit"),
        },
        page="assessments:units",
    ),
    "live.jobs-run": Definition(
        _(
            "The job loop went round in the last %(seconds)s seconds, it has collected at least one thing that the "
            "scanners found, and nothing found or decided waits longer than that for it."
        ),
        _("Start it again: krama serve runs it, or krama worker alone."),
        {
            "last": _("The loop was last seen"),
            "quiet": _("Seconds since then"),
            "collected": _("Last collected"),
            "waiting": _("Found or decided, and waiting too long"),
        },
        lambda: {"seconds": settings.KRAMA_LOOP_SECONDS},
    ),
}

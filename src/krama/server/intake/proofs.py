# SPDX-License-Identifier: Apache-2.0
"""What the child's door witnesses: reports taken in and answered, a light page, texts that were read, a door tested."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.learning import Answer, Lesson, answers, lessons, peer_sayings
from krama.server.intake.models import Part, Report, Topic
from krama.server.intake.weight import LIMIT_KB, page_bytes
from krama.server.web.wording import awaits_reader

MONTH = timedelta(days=30)


def reports_taken_in(now: datetime) -> Seen:
    late = now - timedelta(seconds=settings.KRAMA_REPORT_SECONDS)
    waiting = Report.objects.filter(collected_at=None, at__lt=late)
    added = Part.objects.filter(report__collected_at__isnull=False, door_version__isnull=False, at__lt=late)
    figures = {
        "late": waiting.count(),
        "added": added.count(),
        "seconds": _seconds(now, waiting),
        "taken": Report.objects.filter(at__gt=now - MONTH, collected_at__isnull=False).count(),
    }
    if figures["late"]:
        cause = _("Reports that did not reach a case in time: %(late)s, the longest waits %(seconds)s seconds.")
        return Seen("fail", cause, figures)
    if figures["added"]:
        return Seen("fail", _("Additions to a report that did not reach its case in time: %(added)s."), figures)
    if not Report.objects.filter(collected_at__isnull=False).exists():
        return Seen("unknown", _("No report came in yet."), figures)
    return Seen("pass", _("No report waits at the door; in 30 days %(taken)s reached a case."), figures)


def _seconds(now: datetime, waiting: QuerySet[Report]) -> int:
    first = waiting.order_by("at").values_list("at", flat=True).first()
    return int((now - first).total_seconds()) if first else 0


def reports_answered(now: datetime) -> Seen:
    """Only who has a code can read an answer; a test and what was taken back need none."""
    due = Report.objects.filter(find__isnull=False, withdrawn_at=None).exclude(topic=Topic.TEST)
    late = due.filter(answered_at=None, at__lt=now - timedelta(hours=settings.KRAMA_ANSWER_HOURS)).order_by("at")
    figures = {
        "late": late.count(),
        "hours": _seconds(now, late) // 3600,
        "answered": due.filter(answered_at__gt=now - MONTH, answered_at__lt=now + SKEW).count(),
    }
    if figures["late"]:
        return Seen(
            "fail", _("Reports that nobody answered in time: %(late)s, the oldest %(hours)s hours old."), figures
        )
    if not due.filter(answered_at__lt=now + SKEW).exists():
        return Seen("unknown", _("No report was answered yet."), figures)
    return Seen("pass", _("No report waits too long for an answer; answered in 30 days: %(answered)s."), figures)


def report_page_light(now: datetime) -> Seen:
    """Weighed as a visitor gets it; what nobody has come through yet shows nothing."""
    if not Report.objects.filter(door__in=(Report.Door.PAGE, Report.Door.APP)).exclude(topic=Topic.TEST).exists():
        return Seen("unknown", _("Nobody has reported through the page yet."), {"limit": LIMIT_KB})
    weight = {language: round(size / 1000, 1) for language, size in page_bytes().items()}
    figures = {"limit": LIMIT_KB, **weight}
    if max(weight.values()) >= LIMIT_KB:
        cause = _("The report page weighs %(km)s kB in Khmer and %(en)s kB in English; %(limit)s is too much.")
        return Seen("fail", cause, figures)
    return Seen("pass", _("The report page weighs %(km)s kB in Khmer and %(en)s kB in English."), figures)


def texts_reviewed(now: datetime) -> Seen:
    """A lesson or an answer counts when its file names who read it, or the wording desk knows a reader of each line."""
    texts: tuple[Lesson | Answer, ...] = (*lessons(), *answers(), *peer_sayings())
    unread = sum(one.reviewer is None and awaits_reader(one) for one in texts)
    figures = {"texts": len(texts), "unread": unread}
    if unread == len(texts):
        return Seen("unknown", _("No native reader has read the lessons and answers yet."), figures)
    if unread:
        return Seen("fail", _("Lessons and answers that no native reader has read: %(unread)s of %(texts)s."), figures)
    return Seen("pass", _("A native reader has read all %(texts)s lessons and answers."), figures)


def door_tested(now: datetime) -> Seen:
    """A test went in by the door, reached a case, and a person opened it there: the first opening ends 'received'."""
    tests = Report.objects.filter(topic=Topic.TEST)
    opened = tests.filter(collected_at__isnull=False, at__lt=now + SKEW).exclude(state=Report.State.RECEIVED)
    newest = opened.order_by("-at").values_list("at", flat=True).first()
    figures = {
        "tests": tests.filter(at__gt=now - MONTH).count(),
        "days": (now - newest).days if newest else None,
    }
    if newest is None:
        return Seen("unknown", _("No test report reached a person yet."), figures)
    if newest < now - timedelta(days=settings.KRAMA_DOOR_TEST_DAYS):
        return Seen("fail", _("The last test report that reached a person went in %(days)s days ago."), figures)
    return Seen("pass", _("A test report went in by the door and a person opened it, %(days)s days ago."), figures)


PROOFS: dict[str, Look] = {
    "live.reports-taken-in": reports_taken_in,
    "live.reports-answered": reports_answered,
    "live.report-page-light": report_page_light,
    "live.texts-reviewed": texts_reviewed,
    "live.door-tested": door_tested,
}
DEFINITIONS = {
    "live.reports-taken-in": Definition(
        _("A report came in, and none waits longer than %(seconds)s seconds at the door before it reaches a case."),
        _("Start the worker again; it takes in what waits."),
        {
            "late": _("Reports that wait too long"),
            "added": _("Additions that wait too long"),
            "seconds": _("Seconds that the oldest waits"),
            "taken": _("Reports taken in in 30 days"),
        },
        lambda: {"seconds": settings.KRAMA_REPORT_SECONDS},
    ),
    "live.reports-answered": Definition(
        _(
            "A report was answered, and every report with a code that is older than %(hours)s hours has an answer; "
            "a test and what was taken back need none."
        ),
        _("Open the report on its case page and write back."),
        {
            "late": _("Reports without an answer"),
            "hours": _("Hours since the oldest came"),
            "answered": _("Answered in 30 days"),
        },
        lambda: {"hours": settings.KRAMA_ANSWER_HOURS},
    ),
    "live.report-page-light": Definition(
        _(
            "Somebody reported through the page, and it weighs less than 30 kB in both languages "
            "with all that it loads."
        ),
        _("Take out what made the page heavy: a long exit address, or a long name of a helpline."),
        {
            "limit": _("Too much, in kB"),
            "km": _("In Khmer, in kB"),
            "en": _("In English, in kB"),
        },
    ),
    "live.texts-reviewed": Definition(
        _("A native reader has read the Khmer of every lesson and of every answer that staff begin from."),
        _("Give the workbook of the wording desk to a native reader, and take it back in."),
        {"texts": _("Lessons and answers"), "unread": _("Of these not read")},
    ),
    "live.door-tested": Definition(
        _("In the last %(days)s days a test report went in by the door, and a person opened it."),
        _("Send a test report, and let somebody on duty open it."),
        {"tests": _("Test reports in 30 days"), "days": _("Days since the last that was opened")},
        lambda: {"days": settings.KRAMA_DOOR_TEST_DAYS},
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""How things stand: alarms and figures, each with its meaning beside it, of what the reader may know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.callout import queries as callout
from krama.server.cases import words
from krama.server.cases.models import Case, Decision
from krama.server.cases.queries.case import closed_to_everybody, looks_to_give
from krama.server.cases.queries.queue import COUNTED, counted
from krama.server.cases.reach import visible
from krama.server.cases.waves import waiting as waiting_waves
from krama.server.compartments.queries import holds_that_end
from krama.server.confidentiality.models import Line
from krama.server.confidentiality.queries.register import to_review as to_review_again
from krama.server.desk.scopes import holds_of
from krama.server.detections.queries import scanned_on
from krama.server.detections.queries import set_aside as finds_aside
from krama.server.intake.queries import set_aside as reports_aside
from krama.server.intake.queries import unread
from krama.server.lists.queries import latest_publication
from krama.server.measures import queries as measures
from krama.server.measures.models import Measure
from krama.server.outbox.models import Beat, Task
from krama.server.support.queries import follow_ups_for
from krama.server.support.view import chip_of
from krama.server.trail import alarms as trail_alarms
from krama.server.wellbeing.queries import nobody_for, waiting_for_nobody

SILENT = timedelta(seconds=20)


def alarms(reader: User) -> list[dict[str, str]]:
    """What is wrong now, most pressing first; empty when all is well."""
    found: list[dict[str, str]] = []
    if not loop_runs():
        text = _("The job loop is not running: no case opens and no measure is sent until it does.")
        found.append({"text": text, "url": "", "label": ""})
    found += _callout(reader) + _trail() + _at_the_door()
    if latest_publication() is None:
        text = _("No list is published yet: the scanner knows nothing.")
        found.append({"text": text, "url": reverse("lists:lists"), "label": _("Go to the lists")})
    found += _looks(reader) + _nobody_takes(reader)
    found += _late(reader)
    if ending := len(holds_of(reader, holds_that_end(timezone.now()))):
        text = ngettext("%(n)s hold ends within 30 days.", "%(n)s holds end within 30 days.", ending) % {"n": ending}
        found.append({"text": text, "url": reverse("desk:confidential"), "label": _("Go there")})
    late = measures.overdue(reader).select_related("item__case").first()
    if late:
        count = measures.overdue(reader).count()
        text = ngettext(
            "%(n)s measure is not confirmed in time.", "%(n)s measures are not confirmed in time.", count
        ) % {"n": count}
        found.append({"text": text, "url": f"/cases/{late.item.case.ref}", "label": _("Open the case")})
    return found + _gone(reader)


def _gone(reader: User) -> list[dict[str, str]]:
    """What was done and holds no longer."""
    rows = measures.gone(reader).select_related("item__case").order_by("check_said_at")
    if not (count := rows.count()):
        return []
    text = ngettext(
        "%(n)s measure was confirmed and holds no longer.", "%(n)s measures were confirmed and hold no longer.", count
    ) % {"n": count}
    return [{"text": text, "url": f"/cases/{rows[0].item.case.ref}", "label": _("Open the case")}]


def follow_ups(person: User) -> list[dict[str, Any]]:
    """Children to look after again, late ones first and red; which child, the case says."""
    today = timezone.localdate()
    return [{"ref": row.case.ref, "chip": chip_of(row, today)} for row in follow_ups_for(person, today)]


def register_reviews(person: User) -> list[dict[str, Any]]:
    """Lines of the register that this person looks at again soon; late ones first, and red."""
    today = timezone.localdate()
    return [
        {"row": row, "chip": {"kind": "stop" if row.review_on < today else "due", "text": _review(row, today)}}
        for row in to_review_again(person, today)
    ]


def _review(row: Line, today: date) -> str:
    text = _("late since %(day)s") if row.review_on < today else _("by %(day)s")
    return text % {"day": row.review_on.isoformat()}


def _looks(reader: User) -> list[dict[str, str]]:
    """Second looks that are still to come, with the age of the oldest; and cases that nobody here may see."""
    found = []
    looks = list(looks_to_give(reader).values_list("asked_at", flat=True))
    if looks:
        age = words.span(timezone.now() - looks[0])
        text = ngettext(
            "%(n)s second look is still to come, for %(age)s.",
            "%(n)s second looks are still to come, the oldest for %(age)s.",
            len(looks),
        ) % {"n": len(looks), "age": age}
        found.append({"text": text, "url": reverse("desk:looks"), "label": _("Go there")})
    if closed := closed_to_everybody():
        text = ngettext(
            "%(n)s case is closed to everybody here, for each of you is in conflict. Give somebody else the role.",
            "%(n)s cases are closed to everybody here, for each of you is in conflict. Give somebody else the role.",
            closed,
        ) % {"n": closed}
        found.append({"text": text, "url": "", "label": ""})
    return found


def _nobody_takes(reader: User) -> list[dict[str, str]]:
    """For whoever assigns: what nobody is given any more. It names the kind or the case, and nobody."""
    if not may(reader, Operation.ASSIGN_CASES):
        return []
    found = []
    for kind in nobody_for():
        text = _("Nobody is given cases of this kind now: %(kind)s. See who else can be, without asking anybody why.")
        found.append({"text": text % {"kind": kind.label}, "url": "", "label": ""})
    if waiting := waiting_for_nobody(reader):
        text = ngettext(
            "%(n)s case is given to nobody: everybody who could take it passed it on.",
            "%(n)s cases are given to nobody: everybody who could take them passed them on.",
            len(waiting),
        )
        url = f"/cases/{waiting[0].ref}"
        found.append({"text": text % {"n": len(waiting)}, "url": url, "label": _("Open the case")})
    return found


def _callout(reader: User) -> list[dict[str, str]]:
    """By which channel nobody can be woken."""
    url = reverse("callout:tree") if may(reader, Operation.READ_CALL_TREE) else ""
    texts = [
        _("Nobody can be woken by this channel; it is not configured: %(channel)s.") % {"channel": one.label}
        for one in callout.not_set()
    ]
    texts += [
        _("The last call by this channel did not get through: %(channel)s.") % {"channel": one.label}
        for one in callout.broken()
    ]
    return [{"text": text, "url": url, "label": _("Go there") if url else ""} for text in texts]


def _trail() -> list[dict[str, str]]:
    """Somebody wrote behind Krama, or nothing can witness for the trail any more."""
    found = trail_alarms.alarms(timezone.now())
    texts = [_(trail_alarms.WORDS[alarm.what]) % {"count": alarm.count} for alarm in found]
    if Task.objects.filter(kind="trail.mail", attempts__gte=2).exclude(state=Task.State.DONE).exists():
        texts.append(_("The trail’s checkpoint could not be sent by e-mail."))
    return [{"text": text, "url": reverse("desk:trail"), "label": _("Go to the trail")} for text in texts]


def _late(reader: User) -> list[dict[str, str]]:
    """Cases past their time; those that soon will be carry it in the queue."""
    late = late_of(reader)
    if (first := late.first()) is None:
        return []
    count, age = counted(late), words.span(timezone.now() - first.due_at)
    if count >= COUNTED:
        text = _("More than %(n)s cases are past their time, the first by %(age)s.") % {"n": count - 1, "age": age}
    else:
        text = ngettext(
            "%(n)s case is past its time, by %(age)s.",
            "%(n)s cases are past their time, the first by %(age)s.",
            count,
        ) % {"n": count, "age": age}
    return [{"text": text, "url": f"/cases/{first.ref}", "label": _("Open the case")}]


def late_of(reader: User) -> QuerySet[Case]:
    """Open cases past their time, the latest first."""
    return visible(reader).filter(state=Case.State.OPEN, due_at__lt=timezone.now()).order_by("due_at")


def _at_the_door() -> list[dict[str, str]]:
    """What came in and could not be taken: somebody wrote there behind Krama, or a key is gone."""
    found = []
    if count := unread().count():
        text = ngettext(
            "%(n)s answer to a report does not open: somebody changed it, or a key of the door is gone.",
            "%(n)s answers to reports do not open: somebody changed them, or a key of the door is gone.",
            count,
        )
        found.append({"text": text % {"n": count}, "url": "", "label": ""})
    if count := reports_aside().count() + finds_aside().count():
        text = ngettext(
            "%(n)s thing that came in could not be made a case. The log names it; it is tried again.",
            "%(n)s things that came in could not be made cases. The log names them; they are tried again.",
            count,
        )
        found.append({"text": text % {"n": count}, "url": "", "label": ""})
    return found


def waves(reader: User) -> list[dict[str, Any]]:
    """Waves of alike reports that this person may answer: amber, and red when nobody did in time."""
    if not may(reader, Operation.ANSWER_WAVES):
        return []
    late = timezone.now() - timedelta(hours=settings.KRAMA_WAVES["hours"])
    return [
        {
            "url": reverse("cases:wave", args=[row.pk]),
            "topic": row.get_topic_display(),
            "count": row.count,
            "chip": {
                "kind": "stop" if row.raised_at < late else "due",
                "text": _("waits for %(time)s") % {"time": words.span(timezone.now() - row.raised_at)},
            },
        }
        for row in waiting_waves()
    ]


def loop_runs() -> bool:
    return Beat.objects.filter(name="loop", at__gt=timezone.now() - SILENT).exists()


def figures(reader: User) -> list[dict[str, Any]]:
    """Three figures of today."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Decision.objects.filter(at__gte=start, case__in=visible(reader))
    cases = decided.aggregate(all=Count("pk"), in_time=Count("pk", filter=Q(at__lte=F("case__due_at"))))
    ordered = measures.of_actor(reader).filter(ordered_at__gte=start)
    sent = ordered.aggregate(all=Count("pk"), done=Count("pk", filter=Q(state=Measure.State.DONE)))
    late = _late_chip(counted(late_of(reader)))
    return [
        {"title": _("Uploads scanned"), "value": scanned_on(timezone.localdate()), "of": None, "chip": _scan_chip()},
        {"title": _("Decided in time"), "value": cases["in_time"], "of": cases["all"], "chip": late},
        {"title": _("Measures confirmed"), "value": sent["done"], "of": sent["all"], "chip": _measure_chip(reader)},
    ]


def _scan_chip() -> dict[str, str]:
    if latest_publication() is None:
        return {"kind": "stop", "text": _("no list published")}
    return {"kind": "ok", "text": _("lists published")}


def _late_chip(late: int) -> dict[str, str]:
    if late >= COUNTED:
        return {"kind": "stop", "text": _("more than %(n)s cases are late") % {"n": late - 1}}
    if late:
        return {"kind": "stop", "text": ngettext("%(n)s case is late", "%(n)s cases are late", late) % {"n": late}}
    return {"kind": "ok", "text": _("nothing is late")}


def _measure_chip(reader: User) -> dict[str, str]:
    if measures.of_actor(reader).filter(state=Measure.State.FAILED).exists():
        return {"kind": "stop", "text": _("one could not be carried out")}
    if measures.overdue(reader).exists():
        return {"kind": "due", "text": _("waiting on the firm’s system")}
    return {"kind": "ok", "text": _("all in time")}

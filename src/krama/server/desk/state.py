# SPDX-License-Identifier: Apache-2.0
"""How things stand: alarms and figures, each with its meaning beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.server.cases.models import Case, Decision
from krama.server.compartments.queries import holds_that_end, to_review
from krama.server.detections.queries import scanned_on
from krama.server.lists.queries import latest_publication
from krama.server.measures import queries as measures
from krama.server.measures.models import Measure
from krama.server.outbox.models import Beat

SILENT = timedelta(seconds=20)


def alarms() -> list[dict[str, str]]:
    """What is wrong now, most pressing first; empty when all is well."""
    found: list[dict[str, str]] = []
    if not loop_runs():
        text = _("The job loop is not running: no case opens and no measure is sent until it does.")
        found.append({"text": text, "url": "", "label": ""})
    if latest_publication() is None:
        text = _("No list is published yet: the scanner knows nothing.")
        found.append({"text": text, "url": reverse("lists:lists"), "label": _("Go to the lists")})
    if waiting := to_review().count():
        text = ngettext(
            "%(n)s emergency opening waits for a second look.",
            "%(n)s emergency openings wait for a second look.",
            waiting,
        ) % {"n": waiting}
        found.append({"text": text, "url": reverse("desk:confidential"), "label": _("Go there")})
    if ending := holds_that_end(timezone.now()).count():
        text = ngettext("%(n)s hold ends within 30 days.", "%(n)s holds end within 30 days.", ending) % {"n": ending}
        found.append({"text": text, "url": reverse("desk:confidential"), "label": _("Go there")})
    late = measures.overdue().select_related("item__case").first()
    if late:
        text = ngettext(
            "%(n)s measure is not confirmed in time.",
            "%(n)s measures are not confirmed in time.",
            measures.overdue().count(),
        ) % {"n": measures.overdue().count()}
        found.append({"text": text, "url": f"/cases/{late.item.case.ref}", "label": _("Open the case")})
    return found


def loop_runs() -> bool:
    return Beat.objects.filter(name="loop", at__gt=timezone.now() - SILENT).exists()


def figures() -> list[dict[str, Any]]:
    """Three figures of today."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Decision.objects.filter(at__gte=start).select_related("case")
    in_time = sum(decision.at <= decision.case.due_at for decision in decided)
    ordered = Measure.objects.filter(ordered_at__gte=start)
    done = ordered.filter(state=Measure.State.DONE).count()
    late = Case.objects.filter(state=Case.State.OPEN, due_at__lt=timezone.now()).count()
    return [
        {"title": _("Uploads scanned"), "value": scanned_on(timezone.localdate()), "of": None, "chip": _scan_chip()},
        {"title": _("Decided in time"), "value": in_time, "of": len(decided), "chip": _late_chip(late)},
        {"title": _("Measures confirmed"), "value": done, "of": ordered.count(), "chip": _measure_chip()},
    ]


def _scan_chip() -> dict[str, str]:
    if latest_publication() is None:
        return {"kind": "stop", "text": _("no list published")}
    return {"kind": "ok", "text": _("lists published")}


def _late_chip(late: int) -> dict[str, str]:
    if late:
        return {"kind": "stop", "text": ngettext("%(n)s case is late", "%(n)s cases are late", late) % {"n": late}}
    return {"kind": "ok", "text": _("nothing is late")}


def _measure_chip() -> dict[str, str]:
    if measures.failed().exists():
        return {"kind": "stop", "text": _("one could not be carried out")}
    if measures.overdue().exists():
        return {"kind": "due", "text": _("waiting on the firm’s system")}
    return {"kind": "ok", "text": _("all in time")}

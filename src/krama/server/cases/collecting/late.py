# SPDX-License-Identifier: Apache-2.0
"""What a reporter adds afterwards: it moves in, and a closed case opens again, for somebody must read it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from krama.server.cases.actions.pause import go_on
from krama.server.cases.actions.reopen import reopen, wait_again
from krama.server.cases.collecting.collect import mark_emergency, sharpen
from krama.server.cases.models import Case, Item, Lane, Pause, Severity
from krama.server.cases.related import Told, relate
from krama.server.cases.triage import facts_of, rules, sealed
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions.collect import leave_at_door, mark_alarmed, settle_many
from krama.server.intake.queries import chosen, emergencies_said_later, late_answers
from krama.server.outbox.each import at_once, each
from krama.server.trail.actor import COLLECTOR
from krama.triage import sort

BATCH = 50
PATIENCE = timedelta(minutes=1)  # so long danger waits for a decision's measures; they take a second
ORDERED = Q(decision=None) | Q(decision__carried_at__isnull=False)


def collect_late() -> int:
    """Answers that came after their report was collected, and danger that was said later."""
    waiting = Item.objects.filter(decision__isnull=False, decision__carried_at=None, report__isnull=False)
    answers = late_answers().exclude(report__in=waiting.values("report"))  # or they fill the batch, and stay in it
    reports = list(dict.fromkeys(answers.values_list("report_id", flat=True)[:BATCH]))
    added = _together(reports)
    later = list(emergencies_said_later().values_list("pk", flat=True)[:BATCH])
    return added + each(later, _alarm, lambda pk: None)  # one that fails stays first, and is tried in every round


def _together(reports: list[UUID]) -> int:
    """Many in a few statements: more come after their report was collected than before."""
    added = at_once(lambda: _add(reports))
    return each(reports, lambda pk: _add([pk]), leave_at_door) if added is None else added


def _add(reports: list[UUID]) -> int:
    items = {item.report_id: item for item in _locked(reports)}
    brought = settle_many([item.report for item in items.values() if item.report], identifiers())
    late = [items[one.report.pk] for one in brought if one.parts]
    for item in late:
        reopen(COLLECTOR, item.case, [item])
        go_on(COLLECTOR, case=item.case, only=Pause.Reason.REPORTER)
    _sort_again(late)
    relate(Told(items[one.report.pk], one.report, one.said) for one in brought if one.parts)
    return sum(len(one.parts) for one in brought)


def _sort_again(items: list[Item]) -> None:
    """What was added may say that it is more urgent; never that it is less."""
    if not items:
        return
    book, said = rules(), chosen([item.report for item in items if item.report])
    rows = Item.objects.filter(case__in=[item.case_id for item in items]).order_by()
    spread = dict(rows.values_list("case").annotate(count=Count("pk")))
    for item in items:
        assert item.report is not None
        priority = sort(facts_of(item.report, said[item.report.pk], spread[item.case_id]), book)
        item.sealed_sorting = sealed(item.pk, item.report.compartment, priority)
        sharpen(item.case, Severity(priority.priority), Lane(priority.lane))
    Item.objects.bulk_update(items, ["sealed_sorting"])


def _alarm(report: UUID) -> int:
    late = Q(decision__at__lt=timezone.now() - PATIENCE)
    item = next(iter(_locked([report], ORDERED | late)), None)
    if item is None or item.report is None:
        return 0
    if item.case.state == Case.State.CLOSED or not item.case.is_emergency:  # a closed one keeps its mark
        reopen(COLLECTOR, item.case, [item])
        mark_emergency(item.case)
    elif item.decision_id:
        wait_again(item.case, [item])  # what is said of danger is read, wherever it stands
    mark_alarmed(item.report)
    return 1


def _locked(reports: list[UUID], fit: Q = ORDERED) -> list[Item]:
    """Their items, with the case of each locked; not those at which somebody else is.

    Nor those of a decision whose measures are still to be ordered: to open one again would take it out of them.
    """
    skip = connection.features.has_select_for_update_skip_locked
    of_these = Item.objects.filter(report__in=reports)
    cases = Case.objects.select_for_update(skip_locked=skip).filter(pk__in=of_these.values("case")).order_by("pk")
    locked = {case.pk: case for case in cases}
    rows = of_these.filter(fit).select_related("report__compartment")
    items = [item for item in rows if item.case_id in locked]
    for item in items:
        item.case = locked[item.case_id]
    return items

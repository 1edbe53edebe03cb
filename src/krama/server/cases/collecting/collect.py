# SPDX-License-Identifier: Apache-2.0
"""Collecting detections and reports into cases: one open case for one content, else for one account.

Idempotent and safe with several collectors: the unique open key decides who opened the case; whoever
loses the race rolls back whole and finds the winner's case the next time.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from krama.server.cases.actions.pause import go_on
from krama.server.cases.actions.sight import settle
from krama.server.cases.alike import await_near
from krama.server.cases.clocks import due_at, faster, graver
from krama.server.cases.collecting.alone import collect_alone
from krama.server.cases.facets import note_facets
from krama.server.cases.find import Find, case_for, of_detection, of_report, raise_alarm
from krama.server.cases.models import Case, Item, Lane, Link, OpenKey, Severity
from krama.server.cases.related import Told, in_order, relate
from krama.server.cases.routing import send_new
from krama.server.cases.triage import facts_of, rules, sealed
from krama.server.detections.actions import mark_collected, set_aside
from krama.server.detections.queries import waiting
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions.collect import mark_collected as move_reports
from krama.server.intake.actions.collect import set_aside as set_report_aside
from krama.server.intake.queries import waiting as told
from krama.server.outbox.each import each
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event
from krama.triage import sort

BATCH = 50


def collect() -> int:
    """Take what waits; returns how many detections and reports joined a case. Emergencies come first of all."""
    pks = list(told().values_list("pk", flat=True)[:BATCH])
    alone = collect_alone(pks) if len(pks) > 1 else set()
    took = len(alone) + each((pk for pk in pks if pk not in alone), _collect_report, set_report_aside)
    return took + each(list(waiting().values_list("pk", flat=True)[:BATCH]), _collect_one, set_aside)


def _collect_one(pk: UUID) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    detection = waiting().select_for_update(skip_locked=skip).filter(pk=pk).first()
    if detection is None:
        return 0
    mark_collected([detection])
    _join(of_detection(detection))
    return 1


def _collect_report(pk: UUID) -> int:
    """A report moves in first: only then is known what it is about."""
    skip = connection.features.has_select_for_update_skip_locked
    report = told().select_for_update(skip_locked=skip, of=("self",)).filter(pk=pk).first()
    if report is None:
        return 0
    (one,) = move_reports([report], identifiers())
    _join(of_report(report, one.said))
    return 1


def _join(find: Find) -> None:
    holders = _holders(find)
    case, how = next(((holders[kind], kind) for kind, _ in find.keys if kind in holders), (None, "opened"))
    spread = case.items.count() + 1 if case else 1
    priority = sort(facts_of(find.row, find.said, spread), rules())
    severity, lane = Severity(priority.priority), Lane(priority.lane)
    if case is None:
        case = _open(find, severity, lane)
    _hold(case, [key for key in find.keys if key[0] not in holders])
    pk = uuid4()
    row = {
        find.kind: find.row,
        "account_key": find.account_key,
        "sealed_sorting": sealed(pk, find.row.compartment, priority),
    }
    item = Item.objects.create(id=pk, case=case, joined_at=timezone.now(), joined_by=how, **row)
    facets = note_facets(case, find)
    await_near(item)
    if how == "opened":
        send_new(case, facets)
    else:
        sharpen(case, severity, lane)
        details = {find.kind: str(find.row.pk), "by": how}
        record(COLLECTOR, Event.CASE_JOINED, subject_kind="case", subject_id=case.ref, details=details)
    if find.is_emergency or priority.lane == "emergency":
        mark_emergency(case)
    settle(case)
    relate([Told(item, find.row, find.said)])
    for other in {one.pk: one for one in holders.values()}.values():
        if other != case:
            _link(case, other)


def _holders(find: Find) -> dict[str, Case]:
    """The open cases that hold its keys; locked in one order, so that no two wait in a ring."""
    held = {}
    for kind, hashed in find.keys:
        held[kind] = OpenKey.objects.filter(kind=kind, hash=hashed).values_list("case_id", flat=True).first()
    if "firm_id" in held and held["firm_id"] is None:
        held["firm_id"] = _of_content(dict(find.keys)["firm_id"])
    locked = Case.objects.select_for_update().filter(pk__in=[pk for pk in held.values() if pk]).order_by("pk")
    still_open = {case.pk: case for case in locked if case.state == Case.State.OPEN}
    return {kind: still_open[pk] for kind, pk in held.items() if pk in still_open}


def _of_content(firm_id: str) -> UUID | None:
    """The open case of a detection of this very content, which the firm knows by this id."""
    rows = Item.objects.filter(detection__firm_id_key=firm_id, case__state=Case.State.OPEN)
    return rows.values_list("case_id", flat=True).first()


def _open(find: Find, severity: Severity, lane: Lane) -> Case:
    case = case_for(find, severity, lane)
    case.save(force_insert=True)
    details = {find.kind: str(find.row.pk), "severity": severity.value}
    record(COLLECTOR, Event.CASE_OPENED, subject_kind="case", subject_id=case.ref, details=details)
    return case


def _hold(case: Case, free: list[tuple[str, str]]) -> None:
    """Take the keys nobody held. Never look again first: whoever took one meanwhile must make this one roll back."""
    for kind, hashed in free:
        OpenKey.objects.create(kind=kind, hash=hashed, case=case)


def sharpen(case: Case, severity: Severity, lane: Lane) -> None:
    """A graver item makes the case graver and its clock earlier, never later; a clock that stood still goes on."""
    worst, fastest = graver(Severity(case.severity), severity), faster(Lane(case.lane), lane)
    if (worst, fastest) == (case.severity, case.lane):
        return
    go_on(COLLECTOR, case=case)
    case.severity, case.lane = worst, fastest
    case.due_at, case.clock_said = min(case.due_at, due_at(worst, timezone.now(), fastest)), ""
    case.save(update_fields=["severity", "lane", "due_at", "clock_said"])


def mark_emergency(case: Case) -> None:
    """It comes first from now on, and its clock is that of a child in danger."""
    go_on(COLLECTOR, case=case)
    raise_alarm(case)
    case.save(update_fields=["is_emergency", "severity", "lane", "due_at", "clock_said"])


def _link(one: Case, other: Case) -> None:
    first, second = in_order(one, other)
    _link_row, made = Link.objects.get_or_create(one=first, other=second, defaults={"at": timezone.now()})
    if made:
        record(COLLECTOR, Event.CASES_LINKED, subject_kind="case", subject_id=one.ref, details={"with": other.ref})

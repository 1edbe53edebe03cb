# SPDX-License-Identifier: Apache-2.0
"""Reports that stand alone, which most do: each opens a case of its own, fifty of them in a few statements.

One at a time a collector on two cores takes some thirty a second; a school after an assembly sends more.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from krama.server.cases.clocks import Clocks, in_force
from krama.server.cases.facets import facets_of, rows_of
from krama.server.cases.find import Find, case_for, of_report, raise_alarm
from krama.server.cases.models import Case, Facet, Item, Lane, OpenKey, Sensitivity, Severity
from krama.server.cases.queries.queue import routes
from krama.server.cases.related import Told, relate
from krama.server.cases.routing import Said, send
from krama.server.cases.sensitivity import OF_A_REPORT
from krama.server.cases.triage import facts_of, sealed
from krama.server.cases.triage import rules as rules_of_triage
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions.collect import bring, move_in
from krama.server.intake.queries import waiting
from krama.server.outbox.each import at_once
from krama.server.trail.actions import record_many
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event
from krama.triage import RuleFile, sort

ALONE = {"words"}  # an account or a content of the firm's may belong to a case, or to somebody of the staff


def collect_alone(pks: list[UUID]) -> set[UUID]:
    """Which of these reports were taken, all or none; the others are for whoever looks at each."""
    return at_once(lambda: _take(pks)) or set()


def _take(pks: list[UUID]) -> set[UUID]:
    skip = connection.features.has_select_for_update_skip_locked
    rows = waiting().select_for_update(skip_locked=skip, of=("self",)).filter(pk__in=pks)
    brought = bring(rows, identifiers())
    finds = [of_report(one.report, one.said) for one in brought]
    alone = _alone(finds)
    if alone:
        move_in([one for one in brought if one.report.pk in alone])
        _open([find for find in finds if find.row.pk in alone])
    return alone


def _alone(finds: list[Find]) -> set[UUID]:
    """Whose words nobody else sent, here or in an open case, and who name no account and no content."""
    free = [find for find in finds if {kind for kind, _ in find.keys} <= ALONE]
    hashes = Counter(hashed for find in free for _, hashed in find.keys)
    held = set(OpenKey.objects.filter(kind="words", hash__in=hashes).values_list("hash", flat=True))
    return {find.row.pk for find in free if all(hashes[one] == 1 and one not in held for _, one in find.keys)}


def _open(finds: list[Find]) -> None:
    book, clocks, now = rules_of_triage(), in_force(), timezone.now()
    opened = [_opened(find, book, clocks) for find in finds]
    rules, facets = routes(), [facets_of(find.row) for find in finds]
    sent = [send(case, found, rules) for (case, _), found in zip(opened, facets, strict=True)]
    Case.objects.bulk_create(case for case, _ in opened)
    for _, item in opened:
        item.joined_at = now
    Item.objects.bulk_create(item for _, item in opened)
    Facet.objects.bulk_create(
        row for (case, _), found in zip(opened, facets, strict=True) for row in rows_of(case, found)
    )
    pairs = list(zip(finds, opened, strict=True))
    OpenKey.objects.bulk_create(OpenKey(kind=k, hash=h, case=case) for find, (case, _) in pairs for k, h in find.keys)
    relate(Told(item, find.row, find.said) for find, (_, item) in pairs)
    said = zip(opened, sent, strict=True)
    record_many(COLLECTOR, [entry for (case, item), one in said for entry in _entries(case, item, one)])


def _opened(find: Find, book: RuleFile, clocks: Clocks) -> tuple[Case, Item]:
    priority = sort(facts_of(find.row, find.said), book)
    case, pk = case_for(find, Severity(priority.priority), Lane(priority.lane), clocks), uuid4()
    case.sensitivity = OF_A_REPORT
    if find.is_emergency or priority.lane == "emergency":
        raise_alarm(case, clocks)
    sorting = sealed(pk, find.row.compartment, priority)
    return case, Item(id=pk, case=case, report_id=find.row.pk, joined_by="opened", sealed_sorting=sorting)


def _entries(case: Case, item: Item, sent: Said | None) -> list[tuple[Event, str, object, dict[str, object]]]:
    """As whoever opens one case alone writes them."""
    opened: dict[str, object] = {"report": str(item.report_id), "severity": str(case.severity)}
    raised: dict[str, object] = {"from": Sensitivity.NORMAL.value, "to": str(case.sensitivity)}
    about = "case", case.ref
    routed = [(sent[0], *about, sent[1])] if sent else []
    return [(Event.CASE_OPENED, *about, opened), *routed, (Event.CASE_SENSITIVITY, *about, raised)]

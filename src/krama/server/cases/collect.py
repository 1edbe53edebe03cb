# SPDX-License-Identifier: Apache-2.0
"""Collecting detections into cases: one open case for one content, else for one account.

Idempotent and safe with several collectors: the unique open key decides who opened the case; whoever
loses the race rolls back whole and finds the winner's case the next time.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from krama.server.cases.models import Case, Item, Link, OpenKey, Severity
from krama.server.cases.severity import due_at, graver, severity_of
from krama.server.detections.actions import mark_collected
from krama.server.detections.models import Detection
from krama.server.detections.queries import waiting
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event

BATCH = 50
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing to mistake on the phone


def collect() -> int:
    """Take what waits; returns how many detections joined a case."""
    return sum(_collect_one(pk) for pk in waiting().values_list("pk", flat=True)[:BATCH])


def _collect_one(pk: UUID) -> int:
    try:
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            detection = waiting().select_for_update(skip_locked=skip).filter(pk=pk).first()
            if detection is None:
                return 0
            _join(detection)
            mark_collected([detection])
            return 1
    except IntegrityError:
        return 0  # another collector opened the case at this moment: next round joins it


def _join(detection: Detection) -> None:
    holders = _holders(detection)
    content, account = holders.get("content"), holders.get("account")
    case, how = (content, "content") if content else (account, "account")
    if case is None:
        case, how = _open(detection), "opened"
    _hold(case, [key for key in _keys(detection) if key[0] not in holders])
    Item.objects.create(case=case, detection=detection, joined_at=timezone.now(), joined_by=how)
    if how != "opened":
        _sharpen(case, severity_of(detection))
        details = {"detection": str(detection.pk), "by": how}
        record(COLLECTOR, Event.CASE_JOINED, subject_kind="case", subject_id=case.ref, details=details)
    if content and account and content != account:
        _link(content, account)


def _keys(detection: Detection) -> list[tuple[str, str]]:
    both = [("content", detection.content_key), ("account", detection.account_key)]
    return [(kind, hashed) for kind, hashed in both if hashed]


def _holders(detection: Detection) -> dict[str, Case]:
    """The open cases that hold the content and the account; locked in one order, so that no two wait in a ring."""
    held = {}
    for kind, hashed in _keys(detection):
        held[kind] = OpenKey.objects.filter(kind=kind, hash=hashed).values_list("case_id", flat=True).first()
    locked = Case.objects.select_for_update().filter(pk__in=[pk for pk in held.values() if pk]).order_by("pk")
    still_open = {case.pk: case for case in locked if case.state == Case.State.OPEN}
    return {kind: still_open[pk] for kind, pk in held.items() if pk in still_open}


def _open(detection: Detection) -> Case:
    now, severity = timezone.now(), severity_of(detection)
    case = Case.objects.create(ref=_new_ref(), severity=severity, opened_at=now, due_at=due_at(severity, now))
    details = {"detection": str(detection.pk), "severity": severity.value}
    record(COLLECTOR, Event.CASE_OPENED, subject_kind="case", subject_id=case.ref, details=details)
    return case


def _hold(case: Case, free: list[tuple[str, str]]) -> None:
    """Take the keys nobody held. Never look again first: whoever took one meanwhile must make this one roll back."""
    for kind, hashed in free:
        OpenKey.objects.create(kind=kind, hash=hashed, case=case)


def _sharpen(case: Case, severity: Severity) -> None:
    """A graver item makes the case graver and its clock earlier, never later."""
    worst = graver(Severity(case.severity), severity)
    if worst != case.severity:
        case.severity, case.due_at = worst, min(case.due_at, due_at(worst, timezone.now()))
        case.save(update_fields=["severity", "due_at"])


def _link(one: Case, other: Case) -> None:
    first, second = sorted((one, other), key=lambda case: case.ref)
    _link_row, made = Link.objects.get_or_create(one=first, other=second, defaults={"at": timezone.now()})
    if made:
        record(COLLECTOR, Event.CASES_LINKED, subject_kind="case", subject_id=one.ref, details={"with": other.ref})


def _new_ref() -> str:
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(6))

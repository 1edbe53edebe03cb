# SPDX-License-Identifier: Apache-2.0
"""Looking at every live proof, and writing down what was seen. The loop does it; a page does when the loop does not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Look, Seen
from krama.server.assessments.models import ProofChange, ProofDay, ProofState
from krama.server.assessments.witnesses import witnesses
from krama.server.outbox.actions import take_turn
from krama.server.trail.actions import record
from krama.server.trail.actor import Machine
from krama.server.trail.events import Event

log = structlog.get_logger()
WITNESS = Machine("witness")
TURN = "proofs"
KEPT_DAYS = 90
EVENTS = {"pass": Event.PROOF_PASSED, "fail": Event.PROOF_FAILED}
COLUMNS = {"pass": "passed", "fail": "failed", "unknown": "unknown"}


def look() -> int:
    """Look when it is time, once for all loops and pages together; returns how many proofs changed."""
    if not take_turn(TURN, every=timedelta(seconds=settings.KRAMA_PROOF_SECONDS)):
        return 0
    now = timezone.now()
    return note({proof_id: _seen(proof_id, witness, now) for proof_id, witness in witnesses().items()}, now=now)


@transaction.atomic
def note(seen: dict[str, Seen], *, now: datetime) -> int:
    """Write what was seen; a look that began before the last one that was written changes nothing."""
    rows = {row.pk: row for row in ProofState.objects.select_for_update().filter(pk__in=seen).order_by("pk")}
    changed = sum(_note_one(rows.get(proof_id), proof_id, found, now) for proof_id, found in seen.items())
    _count(seen, timezone.localdate(now))
    return changed


def _seen(proof_id: str, witness: Look, now: datetime) -> Seen:
    try:
        return witness(now)
    except Exception as problem:  # a check that cannot look must not stop the others, and has seen nothing
        log.error("check failed", kind=proof_id, error=type(problem).__name__)
        figures = {"proof": proof_id, "problem": type(problem).__name__}
        return Seen("unknown", _("The check %(proof)s could not be carried out: %(problem)s."), figures)


def _note_one(row: ProofState | None, proof_id: str, found: Seen, now: datetime) -> int:
    before = row.state if row else None
    if row and now <= row.checked_at <= now + SKEW:  # further ahead: a wrong clock wrote it
        return 0
    row = row or ProofState(pk=proof_id, since=now)
    row.since = min(row.since, now)
    changed = before != found.state
    if changed:
        row.since = now
        _note_change(proof_id, before, found, now)
    row.state, row.cause, row.figures, row.checked_at = found.state, found.cause, dict(found.figures), now
    if found.state == "fail":
        row.last_failed_at, row.last_failed_cause = now, found.cause
    row.save()
    return int(changed)


def _note_change(proof_id: str, before: str | None, found: Seen, now: datetime) -> None:
    """The first look is a change only if it saw something."""
    if before is None and found.state == "unknown":
        return
    figures = dict(found.figures)
    ProofChange.objects.create(proof_id=proof_id, at=now, state=found.state, cause=found.cause, figures=figures)
    if event := EVENTS.get(found.state):
        details = {"from": before or "unknown"}
        record(WITNESS, event, subject_kind="proof", subject_id=proof_id, details=details)


def _count(seen: dict[str, Seen], today: date) -> None:
    """One more look of this day for each; what is older than 90 days goes."""
    fresh = [ProofDay(proof_id=proof_id, day=today) for proof_id in seen]
    ProofDay.objects.bulk_create(fresh, ignore_conflicts=True)
    rows = list(ProofDay.objects.select_for_update().filter(day=today, proof_id__in=seen).order_by("proof_id"))
    for row in rows:
        column = COLUMNS[seen[row.proof_id].state]
        setattr(row, column, getattr(row, column) + 1)
    ProofDay.objects.bulk_update(rows, list(COLUMNS.values()))
    ProofDay.objects.filter(day__lte=today - timedelta(days=KEPT_DAYS)).delete()

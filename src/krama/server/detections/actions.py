# SPDX-License-Identifier: Apache-2.0
"""Writing detections: one row, one count, one trail entry, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from krama.scanning import ContentFacts, Match, Verdict
from krama.scanning.found import Found
from krama.server.compartments.actions import make, reseal, start_clock
from krama.server.compartments.models import Kind
from krama.server.compartments.rings import open_at_desk, seal_at_door
from krama.server.detections import queries
from krama.server.detections.models import DailyCount, Detection, GateCount
from krama.server.detections.scanner import identifiers
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def keep(
    actor: Actor, *, verdict: Verdict, context: Mapping[str, str], key_name: str = "", at: datetime | None = None
) -> Detection | None:
    """What is kept of a scan: a detection when something was found or could not be looked at, else a count."""
    at = at or timezone.now()
    _count(verdict.verdict, at)
    if verdict.verdict == "allow" and not verdict.matches:
        return None
    pk = UUID(verdict.scan_id)
    version, sealed = _seal_at_door(pk, _with_addresses(context, verdict))
    detection = Detection.objects.create(
        id=pk,
        at=at,
        verdict=verdict.verdict,
        reason=verdict.reason,
        matches=[_match(match) for match in verdict.matches],
        content=asdict(replace(verdict.content, url=None)),
        snapshot=verdict.snapshot,
        took_ms=verdict.took_ms,
        key_name=key_name,
        content_key=identifiers().of("content", content_name(verdict.content, context)),
        firm_id_key=identifiers().of("content_id", context["content_id"]) if "content_id" in context else "",
        account_key=identifiers().of("account", context["account_id"]) if "account_id" in context else "",
        sealed_ids=sealed,
        door_version=version,
    )
    details = {"verdict": verdict.verdict, "reason": verdict.reason, "matches": len(verdict.matches)}
    record(actor, Event.DETECTION_LEFT, subject_kind="detection", subject_id=detection.pk, details=details)
    return detection


@dataclass(frozen=True)
class Sums:
    """How many scans of one process of a gate found nothing on one day, so far."""

    run: UUID
    day: date
    verdict: str
    count: int
    last_at: datetime


def deliver(actor: Actor, *, found: Found) -> bool:
    """What a gate found, kept once whatever how often it comes; False when it was there already.

    The gate's clock may be wrong: nothing is dated after the moment it came.
    """
    if Detection.objects.filter(pk=found.id).exists():
        return False
    at = min(found.at, timezone.now())
    try:
        with transaction.atomic():
            keep(actor, verdict=found.verdict, context=found.context, key_name=found.key_name, at=at)
    except IntegrityError:  # the same came twice at one moment
        if Detection.objects.filter(pk=found.id).exists():
            return False
        raise
    return True


@transaction.atomic
def add_up(actor: Actor, *, sums: Sequence[Sums]) -> int:
    """What is new in a gate's sums is added to the days' counts; how much. Told again, nothing is."""
    return sum(_add_up(one) for one in sums)


def _add_up(one: Sums) -> int:
    GateCount.objects.get_or_create(run=one.run, day=one.day, verdict=one.verdict)
    row = GateCount.objects.select_for_update().get(run=one.run, day=one.day, verdict=one.verdict)
    new = one.count - row.count
    if new <= 0:
        return 0
    row.count = one.count
    row.save(update_fields=["count"])
    day, _made = DailyCount.objects.get_or_create(day=one.day, verdict=one.verdict)
    last = min(one.last_at, timezone.now())
    DailyCount.objects.filter(pk=day.pk).update(count=F("count") + new)
    DailyCount.objects.filter(pk=day.pk).filter(Q(last_at=None) | Q(last_at__lt=last)).update(last_at=last)
    return new


def mark_collected(detections: Iterable[Detection]) -> None:
    """Called by the room that collects, in its own transaction: what was sealed at the door moves in."""
    for detection in detections:
        move_in(detection)
        detection.collected_at, detection.set_aside_at = timezone.now(), None
        detection.save(update_fields=["collected_at", "set_aside_at"])


def move_in(detection: Detection) -> None:
    """Open what was sealed at the door, and seal it again under a compartment of its own."""
    if detection.compartment_id is not None:
        return
    compartment = make(Kind.DETECTION)
    if detection.door_version is not None:
        place = queries.place_of(detection.pk)
        plain = open_at_desk(detection.door_version, bytes(detection.sealed_ids or b""), *place)
        detection.sealed_ids = reseal(compartment, plain, *place)
    detection.compartment, detection.door_version = compartment, None
    detection.save(update_fields=["compartment", "sealed_ids", "door_version"])


def set_aside(pk: UUID) -> None:
    """It could not be collected, and the others must not wait for it; it is tried again after a while."""
    Detection.objects.filter(pk=pk, collected_at=None).update(set_aside_at=timezone.now())


@transaction.atomic
def settle(pk: UUID) -> int:
    """A note that is nobody's case moves in by itself, and its retention clock runs."""
    skip = connection.features.has_select_for_update_skip_locked
    found = queries.noted().select_for_update(skip_locked=skip).filter(pk=pk).first()
    if found is None:
        return 0
    mark_collected([found])
    assert found.compartment is not None
    start_clock([found.compartment], found.at)
    return 1


def _seal_at_door(pk: UUID, context: Mapping[str, str]) -> tuple[int | None, bytes | None]:
    if not context:
        return None, None
    plain = json.dumps(dict(context), ensure_ascii=False).encode()
    return seal_at_door(plain, *queries.place_of(pk))


def _with_addresses(context: Mapping[str, str], verdict: Verdict) -> Mapping[str, str]:
    """Addresses that a list knows stand beside the firm's own ids, readable only through the compartment."""
    return {"url": "\n".join(verdict.addresses), **context} if verdict.addresses else context


def content_name(content: ContentFacts, context: Mapping[str, str]) -> str:
    """What makes two contents the same: the strongest hash there is, else the firm's own id."""
    for kind in ("sha256", "sha1", "md5", "pdq", "url"):
        if value := getattr(content, kind):
            return f"{kind}:{value}"
    return f"id:{context.get('content_id', '')}"


def _count(verdict: str, at: datetime) -> None:
    row, _made = DailyCount.objects.get_or_create(day=timezone.localdate(at), verdict=verdict)
    DailyCount.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=at)


def _match(match: Match) -> dict[str, object]:
    severity = match.severity
    return {
        **match.to_json(),
        "action": str(match.action),
        "scheme": severity.scheme if severity else "",
        "scheme_version": severity.version if severity else "",
        "code": severity.code if severity else "",
        "source_ref": match.source_ref,
    }

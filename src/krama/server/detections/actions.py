# SPDX-License-Identifier: Apache-2.0
"""Writing detections: one row, one count, one trail entry, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from krama.scanning import ContentFacts, Match, Verdict
from krama.server.compartments.actions import make, reseal, start_clock
from krama.server.compartments.models import Kind
from krama.server.compartments.rings import open_at_desk, seal_at_door
from krama.server.detections import queries
from krama.server.detections.models import DailyCount, Detection
from krama.server.detections.scanner import identifiers
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def keep(actor: Actor, *, verdict: Verdict, context: Mapping[str, str], key_name: str = "") -> Detection | None:
    """What is kept of a scan: a detection when something was found or could not be looked at, else a count."""
    _count(verdict.verdict)
    if verdict.verdict == "allow" and not verdict.matches:
        return None
    pk = UUID(verdict.scan_id)
    version, sealed = _seal_at_door(pk, _with_addresses(context, verdict))
    detection = Detection.objects.create(
        id=pk,
        at=timezone.now(),
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


def _count(verdict: str) -> None:
    today = timezone.localdate()
    row, _made = DailyCount.objects.get_or_create(day=today, verdict=verdict)
    DailyCount.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=timezone.now())


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

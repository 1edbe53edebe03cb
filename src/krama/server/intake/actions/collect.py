# SPDX-License-Identifier: Apache-2.0
"""Moving in: what was sealed at the door is opened at the desk and sealed again under the report's own compartment."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadSeal
from krama.sealing import KeyedHash
from krama.server.compartments.actions import make_many, reseal
from krama.server.compartments.models import Kind
from krama.server.compartments.rings import open_at_desk
from krama.server.intake import queries
from krama.server.intake.models import Part, Report

KEYED = {"content": "content_id", "account": "account", "words": "words"}  # a part's question → the kind of its hash
STORED = ("compartment", "collected_at", "alarmed_at", "set_aside_at", *(f"{name}_key" for name in KEYED))


@dataclass(frozen=True)
class Brought:
    """A report with what lay at the door, opened and not stored anew yet; its keyed hashes are set."""

    report: Report
    parts: list[tuple[Part, bytes]]
    said: dict[str, str]  # by question
    unread: list[Part]  # what did not open: it stays at the door, and an alarm says so


def bring(reports: Iterable[Report], hashes: KeyedHash) -> list[Brought]:
    """Open what lies at the door, for many in one question to the database; called with the reports locked."""
    found = {report.pk: Brought(report, [], {}, []) for report in reports}
    for part in queries.at_door().select_for_update().filter(report__in=found).order_by("at"):
        _bring_one(found[part.report_id], part, hashes)
    return list(found.values())


def _bring_one(one: Brought, part: Part, hashes: KeyedHash) -> None:
    try:
        plain = open_at_desk(part.door_version or 0, bytes(part.sealed or b""), *queries.place_of_part(part.pk))
        said = str(json.loads(plain)["said"])
    except (BadSeal, ValueError, TypeError, LookupError):  # somebody else wrote it: the others must not wait for it
        one.unread.append(part)
        return
    one.parts.append((part, plain))
    one.said[part.question] = said
    if kind := KEYED.get(part.question):
        setattr(one.report, f"{part.question}_key", hashes.of(kind, _comparable(part.question, said)))


def mark_collected(reports: Iterable[Report], hashes: KeyedHash) -> list[Brought]:
    """Called by the room that collects, in its own transaction."""
    brought = bring(reports, hashes)
    move_in(brought)
    return brought


def move_in(brought: list[Brought]) -> None:
    """They are collected: each lies in a compartment of its own from now on."""
    now = timezone.now()
    for one in brought:
        one.report.collected_at = now
        one.report.alarmed_at = now if one.report.is_emergency else None
        one.report.set_aside_at = None
    _store(brought)


def _store(brought: list[Brought]) -> None:
    """Reseal under each report's own compartment. Repeating it does nothing."""
    without = [one.report for one in brought if one.report.compartment is None]
    for report, compartment in zip(without, make_many(Kind.REPORT, len(without)), strict=True):
        report.compartment = compartment
    parts = [_resealed(part, plain, one.report) for one in brought for part, plain in one.parts]
    Part.objects.bulk_update(parts, ["sealed", "door_version", "unread_at"])
    Report.objects.bulk_update([one.report for one in brought], STORED)
    mark_unread([part.pk for one in brought for part in one.unread])


def _resealed(part: Part, plain: bytes, report: Report) -> Part:
    assert report.compartment
    part.sealed, part.door_version = reseal(report.compartment, plain, *queries.place_of_part(part.pk)), None
    part.unread_at = None
    return part


def mark_unread(parts: Iterable[UUID]) -> None:
    """They do not open now; they are tried again after a while."""
    Part.objects.filter(pk__in=parts).update(unread_at=timezone.now())


def leave_at_door(report: UUID) -> None:
    """None of its late answers can move in now."""
    mark_unread(list(Part.objects.filter(report=report, door_version__isnull=False).values_list("pk", flat=True)))


def set_aside(report: UUID) -> None:
    """It could not be collected, and the others must not wait for it; it is tried again after a while."""
    Report.objects.filter(pk=report, collected_at=None).update(set_aside_at=timezone.now())


def mark_alarmed(report: Report) -> None:
    """The room that collects has raised the alarm; called in its own transaction."""
    Report.objects.filter(pk=report.pk, alarmed_at=None).update(alarmed_at=timezone.now())


@transaction.atomic
def settle(report: Report, hashes: KeyedHash) -> dict[str, str]:
    """Answers that came after the report was collected, by question."""
    return {question: said for one in settle_many([report], hashes) for question, said in one.said.items()}


@transaction.atomic
def settle_many(reports: Iterable[Report], hashes: KeyedHash) -> list[Brought]:
    """The same for many; called by the room that collects, in its own transaction."""
    rows = Report.objects.select_for_update(of=("self",)).select_related("compartment")
    brought = bring(rows.filter(pk__in=[one.pk for one in reports], collected_at__isnull=False), hashes)
    _store([one for one in brought if one.parts or one.unread])
    return brought


def _comparable(question: str, said: str) -> str:
    # The same words sent twice look alike however they were typed; ids are compared as the firm wrote them.
    return " ".join(unicodedata.normalize("NFKC", said).casefold().split()) if question == "words" else said

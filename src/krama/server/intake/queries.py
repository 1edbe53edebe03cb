# SPDX-License-Identifier: Apache-2.0
"""Reading reports: what waits, what was said, what was not asked, how long it usually takes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from krama.sealing import Receipt, open_from, read_code, receipt_of
from krama.server.compartments.queries import read
from krama.server.intake import named
from krama.server.intake.models import Message, Part, Report
from krama.server.web import facts

RECENT = timedelta(days=90)
AGAIN = timedelta(minutes=10)  # when what could not be collected is tried again
ENOUGH = 5  # answers of late, before a usual time is named
FIRM_IDS = {"content": "content_id", "account": "account_id"}  # a part's question → the firm's own name for it
USUAL = "usual"  # the file that says so to a public face run apart
ROUNDED = 60.0  # minutes above which hours are said


def waiting() -> QuerySet[Report]:
    """What a higher room has not collected yet: emergencies first, then the oldest; what was set aside comes last."""
    fit = Q(set_aside_at=None) | Q(set_aside_at__lt=timezone.now() - AGAIN)
    rows = Report.objects.filter(fit, collected_at=None)
    return rows.order_by(F("set_aside_at").asc(nulls_first=True), "-is_emergency", "at")


def at_door() -> QuerySet[Part]:
    """Answers that still lie as they were sealed at the door, but those that lately did not open."""
    fit = Q(unread_at=None) | Q(unread_at__lt=timezone.now() - AGAIN)
    return Part.objects.filter(fit, door_version__isnull=False)


def late_answers() -> QuerySet[Part]:
    """What somebody has added since their report was collected; new answers before what is tried again."""
    return at_door().filter(report__collected_at__isnull=False).order_by(F("unread_at").asc(nulls_first=True), "at")


def set_aside() -> QuerySet[Report]:
    """What could not be collected: an alarm until it can."""
    return Report.objects.filter(collected_at=None, set_aside_at__isnull=False)


def unread() -> QuerySet[Part]:
    """Answers that do not open: an alarm while they lie there."""
    return Part.objects.filter(door_version__isnull=False, unread_at__isnull=False)


def emergencies_said_later() -> QuerySet[Report]:
    """Collected reports that were marked an emergency since, and nobody was alarmed yet."""
    return Report.objects.filter(is_emergency=True, alarmed_at=None, collected_at__isnull=False).order_by("at")


def door_versions() -> set[int]:
    """Which versions of the door's key still have answers waiting for them."""
    rows = Part.objects.filter(door_version__isnull=False)
    return {version for version in rows.values_list("door_version", flat=True).distinct() if version is not None}


def answers_of(report: Report) -> list[tuple[str, str]]:
    """Each question with what was said, in the order in which it came; empty after destruction, or at the door."""
    found = []
    for part in report.parts.filter(door_version=None).order_by("at"):
        plain = read(report.compartment, part.sealed, *place_of_part(part.pk))
        if plain is not None:
            found.append((part.question, str(json.loads(plain)["said"])))
    return found


CHOSEN = ("age", "known", "peer")  # what triage asks about


def chosen(reports: Iterable[Report]) -> dict[UUID, dict[str, str]]:
    """What was chosen in each report that triage asks about: the newest answer to each question."""
    found = {report.pk: report for report in reports}
    said: dict[UUID, dict[str, str]] = {pk: {} for pk in found}
    parts = Part.objects.filter(report__in=found, door_version=None, question__in=CHOSEN).order_by("at")
    for part in parts:
        plain = read(found[part.report_id].compartment, part.sealed, *place_of_part(part.pk))
        if plain is not None:
            said[part.report_id][part.question] = str(json.loads(plain)["said"])
    return said


def firm_ids(report: Report) -> dict[str, str]:
    """The firm's own ids that came with a report; empty before it is collected, and after destruction."""
    said = dict(answers_of(report))
    return {name: said[question] for question, name in FIRM_IDS.items() if question in said}


# All that the public face needs of a report, and may read of it: site/grants.py says the same to the database.
AT_THE_DOOR = ("id", "topic", "is_emergency", "state", "find", "withdrawn_at")


def at_the_door(pk: UUID) -> Report | None:
    """The report of this visit, as far as the public face may read it."""
    named.report(pk)
    return Report.objects.filter(pk=pk).only(*AT_THE_DOOR).first()


def by_code(typed: str) -> tuple[Receipt, Report | None]:
    """The report that a receipt finds, and what opens its messages; `BadCode` when it was mistyped."""
    receipt = receipt_of(read_code(typed), settings.KRAMA_PEPPER)
    named.receipt(receipt.find)
    return receipt, Report.objects.filter(find=receipt.find).only(*AT_THE_DOOR).first()


def messages_for_reporter(report: Report, private: bytes) -> list[tuple[Message, str]]:
    """What staff wrote back, oldest first, opened with the receipt's key."""
    named.report(report.pk)
    rows = report.messages.filter(for_reporter__isnull=False).only("id", "at", "for_reporter").order_by("at")
    return [
        (row, open_from(private, bytes(row.for_reporter or b""), *place_of_message(row.pk)).decode()) for row in rows
    ]


def usual_minutes() -> float | None:
    """How long a first answer took of late: the median; None while there were too few to say."""
    if settings.KRAMA_FACE == "public":  # it may not look through reports
        found = facts.published(USUAL)
        return float(found) if isinstance(found, int) else None
    rows = Report.objects.filter(answered_at__gte=timezone.now() - RECENT).values_list("at", "answered_at")
    took = [(answered - at).total_seconds() / 60 for at, answered in rows if answered is not None]
    return median(took) if len(took) >= ENOUGH else None


def place_of_part(part: UUID) -> tuple[str, UUID, str]:
    """Where an answer is sealed: nowhere else does it open."""
    return ("report part", part, "said")


def place_of_message(message: UUID) -> tuple[str, UUID, str]:
    return ("report message", message, "text")

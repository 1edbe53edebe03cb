# SPDX-License-Identifier: Apache-2.0
"""Taking a report in: it is stored, sealed, with its first answer, before anybody is told that we have it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput
from krama.server.compartments.rings import seal_at_door
from krama.server.intake import named, queries
from krama.server.intake.models import Part, Report, Topic
from krama.server.intake.queries import place_of_part
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor, Machine
from krama.server.trail.events import Event

PUBLIC = Machine("public")


@transaction.atomic
def take(
    actor: Actor,
    *,
    pk: UUID,
    topic: str,
    door: str,
    language: str,
    answers: Mapping[str, str],
    crowd: UUID | None = None,
) -> Report:
    """A new report and what it came with; sent twice (the same `pk`) it is the one that is there."""
    if topic not in Topic.values:
        raise BadInput(f"`topic` is one of {', '.join(Topic.values)}.", field="topic")
    named.report(pk)
    made = _insert(pk, topic=topic, door=door, language=language, crowd=crowd)
    report = made or queries.at_the_door(pk)
    assert report is not None  # it was stored, or is there already
    if made:
        details = {"door": door, "topic": topic, "emergency": report.is_emergency}
        record(actor, Event.REPORT_TAKEN, subject_kind="report", subject_id=pk, details=details)
    elif topic == Topic.DANGER:
        report = mark_emergency(actor, report=report)
    elif topic != report.topic:  # they went back and chose another: both stay
        _part(report, "topic", topic, mark=f"topic {topic}")
    for question, said in answers.items():
        _part(report, question, said, mark=f"{pk}-{question}")
    return report


def _insert(pk: UUID, *, topic: str, door: str, language: str, crowd: UUID | None) -> Report | None:
    try:
        with transaction.atomic():
            return Report.objects.create(
                id=pk,
                at=timezone.now(),
                door=door,
                language=language,
                topic=topic,
                is_emergency=topic == Topic.DANGER,
                crowd=crowd,
            )
    except IntegrityError:
        return None


@transaction.atomic
def add(actor: Actor, *, report: Report, question: str, said: str, mark: str) -> bool:
    """One more answer; False when this very form was stored already."""
    named.report(report.pk)
    made = _part(report, question, said, mark=mark)
    if made:
        details = {"question": question}
        record(actor, Event.REPORT_ADDED, subject_kind="report", subject_id=report.pk, details=details)
    return made


@transaction.atomic
def mark_emergency(actor: Actor, *, report: Report, again: bool = False) -> Report:
    """The child says that it is in danger now; saying it twice is saying it once.

    Said `again` in words of its own after somebody was alarmed, it is heard again: the case may be closed by now.
    """
    named.report(report.pk)
    rows = Report.objects.filter(pk=report.pk)
    new = rows.filter(is_emergency=False).update(is_emergency=True)
    if new or (again and rows.filter(alarmed_at__isnull=False).update(alarmed_at=None)):
        record(actor, Event.REPORT_EMERGENCY, subject_kind="report", subject_id=report.pk)
        report.is_emergency = True
    return report


@transaction.atomic
def withdraw(actor: Actor, *, report: Report) -> None:
    """The reporter takes it back: staff see that and why it may matter all the same; nothing is thrown away."""
    named.report(report.pk)
    if Report.objects.filter(pk=report.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        record(actor, Event.REPORT_WITHDRAWN, subject_kind="report", subject_id=report.pk)


def _part(report: Report, question: str, said: str, *, mark: str) -> bool:
    if not said:
        return False
    pk = uuid4()
    version, sealed = seal_at_door(json.dumps({"said": said}, ensure_ascii=False).encode(), *place_of_part(pk))
    part = Part(id=pk, report=report, at=timezone.now(), question=question, mark=mark, sealed=sealed)
    part.door_version = version
    try:
        with transaction.atomic():  # the unique constraint says whether it is there: the public face may not look
            part.save(force_insert=True)
    except IntegrityError:
        return False
    return True

# SPDX-License-Identifier: Apache-2.0
"""One row that cannot be taken holds nobody: it is set aside with an alarm, the others are collected at once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from krama.server.cases.collecting import collect as collecting
from krama.server.cases.collecting import late
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.models import Item
from krama.server.compartments.rings import seal_at_door
from krama.server.desk.state import alarms
from krama.server.detections.models import Detection
from krama.server.intake import queries
from krama.server.intake.actions.take import PUBLIC, add, mark_emergency, take
from krama.server.intake.models import Part, Report
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUR = timedelta(hours=1)


def told(topic: str = "bullying", **answers: str) -> Report:
    return take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers=answers)


def sealed(plain: bytes, part: UUID) -> dict[str, Any]:
    version, found = seal_at_door(plain, *queries.place_of_part(part))
    return {"sealed": found, "door_version": version}


def said_on_today() -> list[str]:
    with override("en"):
        return [alarm["text"] for alarm in alarms(builders.person())]


def spoil(report: Report, how: str) -> Part:
    """As a public face that was taken over could write it: it holds the public key of the door."""
    part = Part.objects.create(report=report, at=timezone.now(), question="words", mark=uuid4().hex)
    other = uuid4()
    changed = {
        "noise": {"sealed": b"not sealed at all", "door_version": 1},
        "no such key": {"sealed": b"\x11" + bytes(90), "door_version": 999},
        "moved": sealed(b'{"said": "x"}', other),
        "no JSON": sealed(b"\xff\x00", part.pk),
        "another shape": sealed(json.dumps(["said"]).encode(), part.pk),
        "no answer": sealed(b"{}", part.pk),
    }[how]
    Part.objects.filter(pk=part.pk).update(**changed)
    return part


@pytest.mark.parametrize("how", ["noise", "no such key", "moved", "no JSON", "another shape", "no answer"])
def test_an_answer_that_does_not_open_stays_at_the_door_and_its_report_is_collected_with_the_others(how: str) -> None:
    spoilt, others = told(age="7-9"), [told(words=f"words {n}") for n in range(3)]
    part = spoil(spoilt, how)
    assert collect() == 4
    assert set(Item.objects.values_list("report", flat=True)) == {one.pk for one in [spoilt, *others]}
    part.refresh_from_db()
    assert part.unread_at
    assert part.door_version
    assert queries.answers_of(Report.objects.get(pk=spoilt.pk)) == [("age", "7-9")]
    assert any("does not open" in text for text in said_on_today())


def test_an_added_answer_that_does_not_open_holds_no_other() -> None:
    one, other = told(), told()
    collect()
    spoil(one, "noise")
    add(PUBLIC, report=other, question="words", said="said later", mark="m")
    assert collect_late() == 1
    assert collect_late() == 0, "what does not open is not tried in every round"
    assert ("words", "said later") in queries.answers_of(Report.objects.get(pk=other.pk))


def test_an_answer_opens_once_its_key_is_back() -> None:
    report = told(words="kept")
    version = Part.objects.get().door_version
    Part.objects.update(door_version=999)
    collect()
    Part.objects.update(door_version=version)
    assert collect_late() == 0
    Part.objects.update(unread_at=timezone.now() - HOUR)
    assert collect_late() == 1
    assert queries.answers_of(Report.objects.get(pk=report.pk)) == [("words", "kept")]
    assert not queries.unread().exists()


def test_a_topic_that_nobody_knows_is_something_else() -> None:
    report = told()
    Report.objects.update(topic="strange")
    collect()
    assert Item.objects.get().report_id == report.pk


def test_a_report_that_cannot_be_taken_is_set_aside_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the reason: nothing that one row does may stop the round."""
    bad, good = told(words="first"), told(words="second")
    join = collecting._join

    def stumbles(find: Any) -> None:
        if find.row.pk == bad.pk:
            raise ZeroDivisionError
        join(find)

    monkeypatch.setattr(collecting, "collect_alone", lambda pks: set())
    monkeypatch.setattr(collecting, "_join", stumbles)
    assert collect() == 1
    assert Item.objects.get().report_id == good.pk
    assert collect() == 0, "it waits a while"
    assert any("could not be made a case" in text for text in said_on_today())
    Report.objects.filter(pk=bad.pk).update(set_aside_at=timezone.now() - HOUR)
    monkeypatch.setattr(collecting, "_join", join)
    assert collect() == 1
    assert not queries.set_aside().exists()


def test_many_that_cannot_be_taken_together_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from krama.server.cases.collecting import alone as collect_alone

    def stumbles(*_: Any) -> None:
        raise ZeroDivisionError

    for number in range(3):
        told(words=f"words {number}")
    monkeypatch.setattr(collect_alone, "_open", stumbles)
    assert collect() == 3


def test_late_answers_that_cannot_be_taken_together_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = told(), told()
    collect()
    for report in (bad, good):
        add(PUBLIC, report=report, question="words", said="later", mark="m")
    add_all = late._add

    def stumbles(reports: list[UUID]) -> int:
        if bad.pk in reports:
            raise ZeroDivisionError
        return add_all(reports)

    monkeypatch.setattr(late, "_add", stumbles)
    assert collect_late() == 1
    assert list(queries.unread().values_list("report", flat=True)) == [bad.pk]


def test_a_detection_that_does_not_open_holds_no_other() -> None:
    bad, good = builders.detection(), builders.detection()
    Detection.objects.filter(pk=bad.pk).update(sealed_ids=b"not sealed at all", door_version=1)
    assert collect() == 1
    assert Item.objects.get().detection_id == good.pk
    assert any("could not be made a case" in text for text in said_on_today())


def test_an_emergency_that_cannot_be_raised_holds_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = told(), told()
    collect()
    for report in (bad, good):
        mark_emergency(PUBLIC, report=report)
    alarm = late._alarm

    def stumbles(pk: UUID) -> int:
        if pk == bad.pk:
            raise ZeroDivisionError
        return alarm(pk)

    monkeypatch.setattr(late, "_alarm", stumbles)
    assert collect_late() == 1
    assert Item.objects.get(report=good).case.is_emergency
    monkeypatch.setattr(late, "_alarm", alarm)
    assert collect_late() == 1
    assert Item.objects.get(report=bad).case.is_emergency

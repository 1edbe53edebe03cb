# SPDX-License-Identifier: Apache-2.0
"""What is added after a case was decided: danger is heard whatever was before, and no measure is lost to an answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from krama.server.callout.queries import unheard
from krama.server.cases.actions.decide import mark_carried
from krama.server.cases.collecting import late
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.models import Case, Decision, Item
from krama.server.intake.actions.take import PUBLIC, add, mark_emergency, take
from krama.server.intake.models import Report
from krama.server.measures.actions_order import order_next
from krama.server.measures.models import Measure
from krama.server.trail.actor import COLLECTOR
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def reported(topic: str, **answers: str) -> Report:
    report = take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers=answers)
    while collect():
        pass
    return report


def of(report: Report) -> Case:
    return Item.objects.get(report=report).case


def added(report: Report) -> None:
    add(PUBLIC, report=report, question="more", said="and then", mark=uuid4().hex)


def decided(case: Case) -> Decision:
    """Decided, and its measures ordered."""
    decision: Decision = builders.decision(case, layer="policy")
    mark_carried(decision)
    return decision


def is_alarmed(report: Report) -> bool:
    return Report.objects.filter(pk=report.pk, alarmed_at__isnull=False).exists()


def test_danger_that_is_said_in_a_closed_emergency_opens_it_and_calls_somebody() -> None:
    reported("danger", account="one")
    second = reported("bullying", account="one")
    decided(of(second))
    assert (of(second).state, of(second).is_emergency) == ("closed", True)
    mark_emergency(PUBLIC, report=second)
    assert collect_late() == 1
    assert is_alarmed(second)
    assert of(second).state == "open"
    assert list(unheard()) == [of(second)]
    assert of(second).due_at <= timezone.now() + timedelta(hours=1)


def test_danger_that_is_said_again_after_the_emergency_was_closed_calls_somebody_again() -> None:
    """The planted fault: the mark was there already, so that nobody heard."""
    report = reported("danger")
    decided(of(report))
    mark_emergency(PUBLIC, report=report)
    assert (collect_late(), of(report).state) == (0, "closed"), "a form that is sent twice says nothing new"
    mark_emergency(COLLECTOR, report=report, again=True)
    assert (collect_late(), of(report).state) == (1, "open")
    assert list(unheard()) == [of(report)]


def test_danger_in_an_emergency_that_is_open_changes_nothing_of_it() -> None:
    reported("danger", account="one")
    second = reported("bullying", account="one")
    before = of(second).due_at
    mark_emergency(PUBLIC, report=second)
    assert collect_late() == 1
    assert is_alarmed(second)
    assert of(second).due_at == before


def test_an_answer_waits_until_the_measures_of_the_decision_are_ordered() -> None:
    builders.webhook()
    case = builders.told_case("bullying", content="video-1")
    report = case.items.get().report
    builders.decision(case, layer="policy")
    added(report)
    assert collect_late() == 0
    assert of(report).state == "closed"
    while order_next():
        pass
    assert list(Measure.objects.values_list("kind", flat=True)) == ["remove"]
    assert collect_late() == 1
    assert of(report).state == "open"


def test_whatever_waits_for_its_measures_keeps_no_other_answer_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "BATCH", 1)
    first, second = reported("bullying", words="one"), reported("bullying", words="two")
    builders.decision(of(first), layer="policy")
    added(first)
    added(second)
    assert collect_late() == 1
    assert collect_late() == 0


def test_danger_waits_for_measures_no_longer_than_a_minute() -> None:
    report = reported("bullying")
    decision = builders.decision(of(report), layer="policy")
    mark_emergency(PUBLIC, report=report)
    assert collect_late() == 0
    assert not is_alarmed(report), "it is tried again in a second, not forgotten"
    Decision.objects.filter(pk=decision.pk).update(at=timezone.now() - late.PATIENCE * 2)
    assert collect_late() == 1
    assert of(report).state == "open"
    assert is_alarmed(report)

# SPDX-License-Identifier: Apache-2.0
"""The timeline of a case page tells what was done to its items, also of those that went elsewhere, until they went."""

from __future__ import annotations

from typing import Any

import pytest

from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.collecting.collect import collect
from krama.server.cases.history import Past, lines
from krama.server.cases.models import Case
from krama.server.desk.view import measures_told
from krama.server.measures.actions_order import order_next, withhold_next
from krama.server.measures.models import Measure
from krama.server.trail.events import Event
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY: dict[str, Any] = {"reason": "Another matter.", "by": "Test"}


@pytest.fixture(autouse=True)
def _connected() -> None:
    builders.webhook()


def told(case: Case) -> dict[Any, str]:
    past = Past(Case.objects.get(pk=case.pk))
    return {entry.pk: entry.event for entry in lines(past, *measures_told(past))}


def withheld(case: Case) -> int:
    return list(told(case).values()).count(Event.MEASURE_BY_RULE)


def test_what_was_done_to_an_item_is_told_in_the_case_it_left() -> None:
    for content in ("one", "two"):
        builders.detection(content, account="account-1", content_id=content)
    while collect():
        pass
    case = Case.objects.get()
    withhold_next()
    before = told(case)
    apart = split(builders.person("officer"), case=case, items=builders.items(case)[:1], **WHY)
    assert told(case).keys() >= before.keys()
    assert (withheld(case), withheld(apart)) == (2, 2)
    builders.decision(apart)
    while order_next():
        pass
    assert Event.MEASURE_ORDERED in told(apart).values()
    assert Event.MEASURE_ORDERED not in told(case).values(), "what is done to it now is told where it is"


def test_what_was_done_is_told_in_both_of_two_that_were_put_together() -> None:
    one, other = builders.case("one", content_id="one"), builders.case("two", content_id="two")
    withhold_next()
    assert Measure.objects.count() == 2
    before_one, before_other = told(one), told(other)
    merge(builders.person("officer"), case=one, into=other, **WHY)
    assert told(other).keys() >= before_one.keys() | before_other.keys()
    assert told(one).keys() >= before_one.keys()
    assert (withheld(one), withheld(other)) == (1, 2)

# SPDX-License-Identifier: Apache-2.0
"""Saved views: what the filters let through, whose they are, and that nothing but known values is ever kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.utils import timezone

from krama.errors import BadInput, NotAllowed, NotFound
from krama.server.accounts.models import Unit, User
from krama.server.cases.actions.views import MOST_VIEWS, remove_view, save_view
from krama.server.cases.collecting.collect import collect
from krama.server.cases.filters import Filters
from krama.server.cases.models import Case, Item, SavedView
from krama.server.cases.queries.case import queue
from krama.server.cases.queries.queue import views_of
from krama.server.intake.actions.take import PUBLIC, take
from krama.server.lists.models import List
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def told(topic: str, language: str = "km") -> Case:
    pk = take(PUBLIC, pk=uuid4(), topic=topic, door="page", language=language, answers={}).pk
    collect()
    return Item.objects.get(report=pk).case


def found(reader: User, **asked: Any) -> set[Case]:
    return set(Filters.of(asked).apply(queue(reader, state=Filters.of(asked).state), reader, timezone.now()))


def test_each_filter_lets_through_what_fits() -> None:
    unit = Unit.objects.create(name="Night", kind="moderation")
    lead = builders.person("lead", unit=unit)
    List.objects.create(name="Known", owner="O", legal_basis="B", category="child-extortion")
    scan, bullying, danger = builders.case(), told("bullying"), told("danger", "en")
    now = timezone.now()
    Case.objects.filter(pk=scan.pk).update(unit=unit, assignee=lead, due_at=now - timedelta(hours=1))
    Case.objects.filter(pk=bullying.pk).update(opened_at=now - timedelta(days=9), due_at=now + timedelta(minutes=9))
    for asked, expected in (
        ({}, {scan, bullying, danger}),
        ({"lane": "emergency"}, {danger}),
        ({"severity": [danger.severity]}, {one for one in (scan, bullying, danger) if one.severity == "critical"}),
        ({"source": "scanner"}, {scan}),
        ({"language": "en"}, {danger}),
        ({"about": "bullying"}, {bullying}),
        ({"about": "child-extortion"}, {scan}),
        ({"unit": "mine"}, {scan}),
        ({"unit": str(unit.pk)}, {scan}),
        ({"unit": "none"}, {bullying, danger}),
        ({"assignee": "me"}, {scan}),
        ({"assignee": "nobody"}, {bullying, danger}),
        ({"age": "older"}, {bullying}),
        ({"age": "day"}, {scan, danger}),
        ({"clock": "late"}, {scan}),
        ({"clock": "soon"}, {bullying, danger}),
        ({"source": "report", "language": "km"}, {bullying}),
        ({"state": "closed"}, set()),
    ):
        assert found(lead, **asked) == expected, asked


def test_a_view_shows_nobody_more_than_they_may_see() -> None:
    builders.person("lead")
    told("danger")
    assert found(builders.person("reviewer"), lane="emergency") == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("severity", ["grave"]),
        ("severity", "high"),
        ("about", "somebody"),
        ("unit", "x"),
        ("state", "no"),
        ("age", 7),
    ],
)
def test_what_there_is_none_of_is_refused_and_in_an_address_passed_by(field: str, value: Any) -> None:
    with pytest.raises(BadInput) as caught:
        Filters.of({field: value})
    assert caught.value.fields["field"] == field
    query = QueryDict(mutable=True)
    query.setlist(field, value if isinstance(value, list) else [str(value)])
    address = Filters.of_address(query)
    assert address == Filters() or (field, value) == ("severity", "high")


def test_a_view_is_an_address_and_back() -> None:
    filters = Filters.of({"severity": ["high", "critical"], "clock": "late", "unit": "mine"})
    assert Filters.of_address(QueryDict(filters.query())) == filters == Filters.of(filters.as_json())


def test_one_s_own_are_one_s_own_and_shared_ones_everybody_s() -> None:
    reviewer, lead = builders.person("reviewer"), builders.person("lead")
    mine = save_view(reviewer, name="Late", filters={"clock": "late"})
    shared = save_view(lead, name="Khmer", filters={"language": "km"}, shared=True)
    assert set(views_of(reviewer)) == {mine, shared}
    assert set(views_of(lead)) == {shared}
    with pytest.raises(NotAllowed):
        save_view(reviewer, name="Mine for all", filters={}, shared=True)
    with pytest.raises(NotFound):
        remove_view(reviewer, view=shared.pk)
    with pytest.raises(NotFound):
        remove_view(lead, view=mine.pk)
    remove_view(builders.person("officer"), view=shared.pk)
    remove_view(reviewer, view=mine.pk)
    assert not SavedView.objects.exists()


def test_the_same_name_is_written_anew_and_nobody_keeps_more_than_forty() -> None:
    person = builders.person()
    for clock in ("late", "soon"):
        save_view(person, name=" Mine ", filters={"clock": clock})
    assert [(row.name, row.filters) for row in views_of(person)] == [("Mine", {"clock": "soon"})]
    for name in ("", " ", "x" * 61, "a\0"):
        with pytest.raises(BadInput):
            save_view(person, name=name, filters={})
    for number in range(MOST_VIEWS - 1):
        save_view(person, name=f"v{number}", filters={})
    with pytest.raises(BadInput):
        save_view(person, name="one more", filters={})

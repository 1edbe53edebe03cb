# SPDX-License-Identifier: Apache-2.0
"""Rules send a new case to a unit: the first that fits, said in the trail by its name; one by one and many at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from krama.errors import BadInput, NotAllowed, NotFound
from krama.server.accounts.models import Key, Unit, User
from krama.server.cases.actions.queue import take_next
from krama.server.cases.actions.routes import add_route, move_route, retire_route, set_sector
from krama.server.cases.collecting import collect as collecting
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Item, Route
from krama.server.intake.actions.take import PUBLIC, take
from krama.server.lists.models import List
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lead() -> User:
    person: User = builders.person("lead")
    return person


@pytest.fixture
def units() -> tuple[Unit, Unit]:
    one, other = (Unit.objects.create(name=name, kind="moderation") for name in ("Phnom Penh", "Night"))
    return one, other


def told(topic: str, language: str = "km") -> Case:
    pk = take(PUBLIC, pk=uuid4(), topic=topic, door="page", language=language, answers={}).pk
    collect()
    return Item.objects.get(report=pk).case


def test_the_first_that_fits_wins_and_where_none_does_it_is_everybody_s(lead: User, units: tuple[Unit, Unit]) -> None:
    add_route(lead, name="Khmer bullying", unit=units[0], language="km", about="bullying")
    add_route(lead, name="All Khmer", unit=units[1], language="km")
    assert told("bullying").unit == units[0]
    assert told("threat").unit == units[1]
    assert told("bullying", "en").unit is None
    routed = Entry.objects.filter(event="case:routed").values_list("details__rule", flat=True)
    assert sorted(routed) == ["All Khmer", "Khmer bullying"]


def test_many_at_once_are_sent_as_one_by_one(
    lead: User, units: tuple[Unit, Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_route(lead, name="Khmer", unit=units[0], language="km")

    def sent() -> tuple[int, list[Any]]:
        for language in ("km", "en", "km"):
            take(PUBLIC, pk=uuid4(), topic="threat", door="page", language=language, answers={})
        while collect():
            pass
        rows = Case.objects.order_by("unit__name").values_list("unit__name", "facets__kind", "facets__value")
        trail = Entry.objects.filter(event="case:routed").count()
        found = trail, sorted(rows, key=str)
        for model in (Item, Case):
            model.objects.all().delete()
        Entry.objects.filter(event="case:routed").delete()
        return found

    at_once = sent()
    assert at_once[0] == 2
    monkeypatch.setattr(collecting, "collect_alone", lambda pks: set())
    assert sent() == at_once


def test_a_detection_goes_by_the_category_of_its_list_and_the_sector_of_its_key(
    lead: User, units: tuple[Unit, Unit]
) -> None:
    List.objects.create(name="Known", owner="O", legal_basis="B", category="child-extortion")
    key, _secret = builders.key("scan")
    add_route(lead, name="Hosting", unit=units[1], sector="host")
    add_route(lead, name="Extortion", unit=units[0], about="child-extortion")
    assert builders.case().unit == units[0]
    set_sector(lead, key=key, sector="host")
    found = builders.detection()
    type(found).objects.filter(pk=found.pk).update(key_name=key.name)
    collect()
    assert Item.objects.get(detection=found).case.unit == units[1]
    set_sector(lead, key=key, sector="")
    assert builders.case(reason="undecodable", action="review").unit is None


def test_its_people_get_it_first_and_others_do_not_see_it(lead: User, units: tuple[Unit, Unit]) -> None:
    add_route(lead, name="All", unit=units[0])
    case = builders.case()
    assert take_next(builders.person("reviewer", unit=units[1])) is None
    assert take_next(builders.person("reviewer", unit=units[0])) == case


def test_rules_are_moved_and_taken_away_and_a_closed_unit_gets_nothing(lead: User, units: tuple[Unit, Unit]) -> None:
    first = add_route(lead, name="First", unit=units[0])
    second = add_route(lead, name="Second", unit=units[1])
    move_route(lead, route=second.pk)
    move_route(lead, route=second.pk)
    assert told("threat").unit == units[1]
    retire_route(lead, route=second.pk)
    assert told("threat").unit == units[0]
    Unit.objects.filter(pk=units[0].pk).update(is_active=False)
    assert told("threat").unit is None
    assert Route.objects.count() == 2, "old cases still name it"
    for gone in (second.pk, uuid4()):
        for act in (move_route, retire_route):
            with pytest.raises(NotFound):
                act(lead, route=gone)
    assert first.place == 1


def test_only_who_may_writes_rules_and_only_of_known_values(lead: User, units: tuple[Unit, Unit]) -> None:
    with pytest.raises(NotAllowed):
        add_route(builders.person("reviewer"), name="Mine", unit=units[0])
    assert add_route(builders.person("administrator"), name="Set up", unit=units[0])
    bad = (("language", "xx"), ("about", "x"), ("sector", "x"), ("name", ""), ("name", "a\0"))
    for field, value in bad:
        with pytest.raises(BadInput):
            add_route(lead, **{"name": "R", "unit": units[0], field: value})  # type: ignore[arg-type]
    units[0].is_active = False
    with pytest.raises(BadInput):
        add_route(lead, name="R", unit=units[0])
    assert Key.objects.count() == 0

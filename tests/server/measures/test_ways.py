# SPDX-License-Identifier: Apache-2.0
"""Who does which kind: by webhook, by hand, or nobody, which is said and lost to nobody."""

from __future__ import annotations

from typing import Any

import pytest

from krama.errors import BadInput, Conflict
from krama.server.accounts.models import User
from krama.server.accounts.units import add_unit, place_person
from krama.server.measures import actions, actions_order, actions_ways, queries
from krama.server.measures.by_hand import BY_HAND
from krama.server.measures.kinds import Kind
from krama.server.measures.models import HandTask, Measure
from krama.server.outbox import loop
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def in_unit(name: str, role: str = "reviewer") -> tuple[Any, User]:
    unit = add_unit(TERMINAL, name=name, kind="moderation")
    person = builders.person(role)
    place_person(TERMINAL, person=person, unit=unit)
    return unit, User.objects.get(pk=person.pk)


def by_hand(kind: str = "remove", unit: Any = None) -> HandTask:
    """A measure that a person is asked to do."""
    actions_ways.choose_way(TERMINAL, kind=kind, adapter="by-hand", unit=unit)
    builders.measure(account="a")
    loop.go_round()
    return HandTask.objects.get()


def test_by_default_the_webhook_does_what_every_app_can_and_nobody_the_rest() -> None:
    assert queries.who_does(Kind.REMOVE) is None, "no system is connected yet"
    builders.webhook()
    does = {kind.value: queries.who_does(kind) for kind in Kind}
    assert {kind for kind, who in does.items() if who} == {"withhold", "remove", "restore"} == set(queries.doers())


def test_what_nobody_could_do_waits_and_is_handed_out_when_somebody_can() -> None:
    measure = builders.measure()
    assert (measure.adapter, Task.objects.count()) == ("", 0)
    builders.webhook()
    measure.refresh_from_db()
    assert (measure.adapter, measure.state, Task.objects.count()) == ("webhook", "ordered", 1)


@pytest.mark.parametrize(("kind", "adapter"), [("paint", "webhook"), ("remove", "pigeon"), ("withhold", "by-hand")])
def test_a_way_that_there_is_not_is_refused(kind: str, adapter: str) -> None:
    with pytest.raises(BadInput):
        actions_ways.choose_way(TERMINAL, kind=kind, adapter=adapter)


def test_by_hand_it_stands_on_today_of_the_unit_and_of_the_officer() -> None:
    unit, mine = in_unit("Moderation")
    _, other = in_unit("Legal")
    task = by_hand(unit=unit)
    assert task.measure.state == "delivered"
    assert queries.tasks_of(mine).get() == task
    assert not queries.tasks_of(other).exists()
    assert queries.tasks_of(builders.person("officer")).get() == task
    assert not queries.tasks_of(builders.person("administrator")).exists(), "who may see no case"


def test_a_unit_in_which_nobody_may_read_cases_can_do_nothing() -> None:
    unit, _ = in_unit("Engineering", "administrator")
    actions_ways.choose_way(TERMINAL, kind="remove", adapter="by-hand", unit=unit)
    assert BY_HAND.places(Kind.REMOVE) == []
    assert queries.who_does(Kind.REMOVE) is None


def test_the_same_task_twice_is_one() -> None:
    task = by_hand()
    Task.objects.update(state="waiting", next_at=task.at)
    loop.go_round()
    assert HandTask.objects.count() == 1


@pytest.mark.parametrize(("well", "state", "event"), [(True, "done", "hand-done"), (False, "failed", "hand-failed")])
def test_a_person_says_what_came_of_it_once(well: bool, state: str, event: str) -> None:
    person, task = builders.person(), by_hand()
    assert actions.say_by_hand(person, task=task, well=well).state == state
    assert Entry.objects.get(event=f"measure:{event}").actor_id == person.actor_id
    assert not queries.tasks_of(person).exists()
    with pytest.raises(Conflict):
        actions.say_by_hand(person, task=task, well=well)


def test_what_was_done_by_hand_is_looked_at_again_by_hand() -> None:
    person, task = builders.person(), by_hand()
    actions.say_by_hand(person, task=task, well=True)
    Measure.objects.update(check_at=task.at)
    assert actions_order.ask_next() == 1
    loop.go_round()
    again = queries.tasks_of(person).get()
    assert again.asks == "check"
    actions.say_by_hand(person, task=again, well=False)
    assert queries.gone(TERMINAL).get() == task.measure

# SPDX-License-Identifier: Apache-2.0
"""From decision to what the firm's system did: ordered, delivered, done or failed; nothing is lost or told twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.measures import actions, actions_order, actions_ways, queries
from krama.server.measures.models import Measure
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("outcome", "kind"), [("confirm", "remove"), ("dismiss", "restore")])
def test_a_decision_orders_one_measure_an_item(outcome: str, kind: str) -> None:
    case = builders.case("a", account="one")
    builders.case("b", account="one")
    builders.decision(case, outcome)
    assert actions_order.order_next()
    assert [(one.kind, one.state) for one in queries.of_case(case)] == [(kind, "ordered")] * 2
    assert Entry.objects.filter(event="measure:ordered").count() == 2
    assert not actions_order.order_next()


def test_each_active_webhook_gets_its_own_task_in_the_same_transaction() -> None:
    hooks = [builders.webhook()[0], builders.webhook()[0]]
    off, _ = builders.webhook()
    off.is_active = False
    off.save()
    measure = builders.measure()
    wanted = [{"measure": str(measure.pk), "adapter": "webhook", "place": str(hook.pk)} for hook in hooks]
    told = sorted((task.payload for task in Task.objects.all()), key=lambda payload: str(payload["place"]))
    assert told == sorted(wanted, key=lambda payload: payload["place"])


def test_delivered_is_noted_once() -> None:
    measure = builders.measure()
    actions.note_delivered(measure.pk)
    first = Measure.objects.get().delivered_at
    actions.note_delivered(measure.pk)
    measure.refresh_from_db()
    assert (measure.state, measure.delivered_at) == ("delivered", first)
    assert Entry.objects.filter(event="measure:delivered").count() == 1


def test_confirmed_before_it_was_noted_as_delivered_stays_confirmed() -> None:
    """The firm's app may answer through the API before its webhook answer arrives here."""
    measure = builders.measure()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    actions.note_delivered(measure.pk)
    measure.refresh_from_db()
    assert measure.state == "done"
    assert not Entry.objects.filter(event="measure:delivered").exists()


@pytest.mark.parametrize("state", ["done", "failed"])
def test_saying_it_twice_is_fine_and_is_written_once(state: str) -> None:
    measure = builders.measure()
    first = actions.confirm(TERMINAL, measure_id=measure.pk, state=state)
    again = actions.confirm(TERMINAL, measure_id=measure.pk, state=state)
    assert (again.state, again.confirmed_at) == (state, first.confirmed_at)
    assert Entry.objects.filter(event__in=("measure:confirmed", "measure:failed")).count() == 1


def test_failed_may_become_done_but_done_is_final() -> None:
    measure = builders.measure()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="failed")
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    with pytest.raises(Conflict, match="cannot become failed"):
        actions.confirm(TERMINAL, measure_id=measure.pk, state="failed")
    assert Measure.objects.get().state == "done"


def test_a_measure_or_state_that_is_not_there() -> None:
    measure = builders.measure()
    with pytest.raises(BadInput):
        actions.confirm(TERMINAL, measure_id=measure.pk, state="ordered")
    with pytest.raises(NotFound):
        actions.confirm(TERMINAL, measure_id=uuid.UUID(int=1), state="done")


def test_what_is_late_is_overdue_until_it_is_done() -> None:
    measure = builders.measure()
    assert not queries.overdue(TERMINAL).exists()
    Measure.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert queries.overdue(TERMINAL).get() == measure
    actions.note_delivered(measure.pk)
    assert queries.overdue(TERMINAL).exists()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="failed")
    assert queries.overdue(TERMINAL).exists()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    assert not queries.overdue(TERMINAL).exists()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"url": "ftp://app.example.org/"}, "is not an address"),
        ({"url": "https://"}, "is not an address"),
        ({"url": "https://me:secret@app.example.org/"}, "is not an address"),
        ({"allowed": ["10.0.0.0/33"]}, "write a network such as"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(facts: dict[str, object], says: str) -> None:
    with pytest.raises((BadInput, Conflict), match=says):
        builders.webhook(**facts)  # type: ignore[arg-type]
    assert not Entry.objects.filter(event="webhook:added").exists()


def test_two_webhooks_of_one_name_are_refused() -> None:
    builders.webhook(name="App")
    with pytest.raises(Conflict):
        builders.webhook(name="App")


def test_each_webhook_has_its_own_secret_that_stays_the_same() -> None:
    (one, secret), (_other, other_secret) = builders.webhook(), builders.webhook()
    assert secret.startswith("whsec_")
    assert secret == actions_ways.webhook_secret(one)
    assert secret != other_secret


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "x" * 81, "a\x00b"])
def test_a_webhook_without_a_fit_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="1 to 80"):
        actions_ways.add_webhook(TERMINAL, name=name, url="https://app.example.org/krama", allowed=[])

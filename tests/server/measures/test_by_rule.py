# SPDX-License-Identifier: Apache-2.0
"""Withheld at once by rule: the app is asked to confirm it, and a person's decision ends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.server.cases.models import Item
from krama.server.measures import actions, actions_order, actions_ways, queries
from krama.server.measures.jobs import deliver_task
from krama.server.measures.kinds import Kind
from krama.server.measures.models import Measure
from krama.server.outbox.models import Task
from krama.server.site import tour
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def connected() -> None:
    builders.webhook()


def withheld(**facts: Any) -> Measure:
    case = builders.case(content_id="p-1", **facts)
    actions_order.withhold_next()
    return Measure.objects.get(item__case=case)


def test_a_verdict_to_block_is_told_to_the_app_once_and_the_timeline_says_by_rule() -> None:
    measure = withheld()
    assert (measure.kind, measure.by_rule, measure.decision, measure.adapter) == ("withhold", True, None, "webhook")
    assert Task.objects.filter(kind="measures.deliver").count() == 1
    assert Entry.objects.get(event="measure:by-rule").subject_id == str(measure.pk)
    assert actions_order.withhold_next() == 0


@pytest.mark.parametrize("facts", [{"action": "review"}, {"content_id": ""}, {"action": "block", "account": "only"}])
def test_what_was_not_blocked_or_has_no_name_in_the_firm_is_not_told(facts: dict[str, Any]) -> None:
    builders.case(**{"content_id": "" if "account" in facts else "p-1", **facts})
    actions_order.withhold_next()
    assert not Measure.objects.exists()
    assert not Item.objects.filter(carried_at=None).exists()


def test_where_no_system_knows_the_order_nothing_is_ordered() -> None:
    actions_ways.choose_way(TERMINAL, kind="withhold", adapter="")
    builders.case(content_id="p-1")
    actions_order.withhold_next()
    assert not Measure.objects.exists()


@pytest.mark.parametrize(("outcome", "kind"), [("confirm", "remove"), ("dismiss", "restore")])
@pytest.mark.parametrize("before", ["ordered", "delivered", "failed"])
def test_a_decision_overtakes_what_is_not_confirmed(outcome: str, kind: str, before: str) -> None:
    measure = withheld()
    Measure.objects.update(state=before)
    builders.decision(measure.item.case, outcome)
    actions_order.order_next()
    assert sorted(Measure.objects.values_list("kind", "state")) == sorted(
        [("withhold", "overtaken"), (kind, "ordered")]
    )


def test_what_was_overtaken_is_sent_no_more_cannot_fail_and_may_still_be_said_to_be_done() -> None:
    """An order that comes out of order would withhold again what a person gave back."""
    measure = withheld()
    task = Task.objects.get(kind="measures.deliver")
    builders.decision(measure.item.case, "dismiss")
    actions_order.order_next()
    deliver_task(task.payload)  # no request goes out: the address does not exist, and nothing is raised
    assert actions.confirm(TERMINAL, measure_id=measure.pk, state="failed").state == "overtaken"
    Measure.objects.update(due_at=timezone.now())
    assert queries.overdue(TERMINAL).get().kind == "restore"
    said = actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    assert (said.state, said.check_at) == ("done", None)


def test_a_decision_that_is_faster_than_the_rule_says_it_all() -> None:
    case = builders.case(content_id="p-1")
    builders.decision(case)
    actions_order.withhold_next()
    actions_order.order_next()
    assert [one.kind for one in queries.of_case(case)] == ["remove"]


def test_what_was_withheld_is_asked_about_no_more_once_it_was_decided() -> None:
    measure = withheld()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    assert Measure.objects.get().check_at is not None
    builders.decision(measure.item.case)
    actions_order.order_next()
    measure.refresh_from_db()
    assert (measure.state, measure.check_at) == ("done", None)


def test_only_withholding_is_ever_by_rule_and_the_database_says_so_too() -> None:
    """The planted fault: a machine that removes."""
    measure = withheld()
    measure.kind = Kind.REMOVE
    with pytest.raises(IntegrityError), transaction.atomic():
        measure.save()


def test_withheld_alone_is_not_yet_obeyed_in_the_story() -> None:
    measure = withheld()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    assert not tour._obeyed()

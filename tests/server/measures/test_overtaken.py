# SPDX-License-Identifier: Apache-2.0
"""The last word on a content is the only one: what came before is neither sent, nor asked about, nor waited for."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.removal import remove_for_child
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.models import Case
from krama.server.intake.actions.take import PUBLIC, add
from krama.server.measures import actions, queries
from krama.server.measures.actions_order import order_next
from krama.server.measures.jobs import check_task, deliver_task
from krama.server.measures.models import Measure
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def connected() -> None:
    builders.webhook()


def decided(case: Any, outcome: str) -> Measure:
    layer = "policy" if outcome == "confirm" else ""
    builders.decision(Case.objects.get(pk=case.pk), outcome, layer=layer)
    order_next()
    return queries.of_case(case).latest("ordered_at")


def told(**answers: str) -> Any:
    return builders.told_case("bullying", **{"content": "video-1", "words": "This one."} | answers)


def heard_again(case: Any) -> None:
    """Whoever told us adds something, and the decided report is open again."""
    report = case.items.get().report
    add(PUBLIC, report=report, question="more", said="It was my own joke, sorry.", mark="m")
    collect_late()
    assert Case.objects.get(pk=case.pk).state == "open"


@pytest.mark.parametrize("before", ["ordered", "delivered", "failed"])
def test_a_restoring_is_sent_no_more_once_the_child_asked_for_removal(before: str) -> None:
    """The planted fault: the app was away, and showed again what was removed meanwhile."""
    case = builders.case()
    restore = decided(case, "dismiss")
    Measure.objects.update(state=before)
    task = Task.objects.get(kind="measures.deliver")
    said = Said(rule="asked", asked_by_child=True)
    item = case.items.get().pk
    remove_for_child(builders.person(), case=case, item=item, reason="She asks.", said=said, decided_by="S")
    order_next()
    restore.refresh_from_db()
    assert restore.state == "overtaken"
    deliver_task(task.payload)  # no request goes out: the address does not exist, and nothing is raised
    assert queries.of_case(case).get(kind="remove").state == "ordered"


def removed() -> tuple[Any, Measure]:
    """What a report named, removed by the app; then the report is open again."""
    case = told()
    remove = decided(case, "confirm")
    actions.confirm(TERMINAL, measure_id=remove.pk, state="done")
    return case, remove


def test_what_was_removed_for_a_report_is_shown_again_when_it_is_dismissed_later() -> None:
    case, remove = removed()
    heard_again(case)
    assert decided(case, "dismiss").kind == "restore"
    remove.refresh_from_db()
    assert (remove.state, remove.check_at) == ("done", None)


def test_a_report_for_which_nothing_was_removed_restores_nothing() -> None:
    case = told()
    builders.decision(case, "dismiss")
    assert order_next()
    assert not queries.of_case(case)


def test_nobody_is_asked_whether_it_is_removed_after_it_was_shown_again() -> None:
    """The question was on its way: the honest answer would be an alarm that nobody could ever end."""
    case, remove = removed()
    Measure.objects.update(check_at=None, check_asked_at=timezone.now())
    heard_again(case)
    decided(case, "dismiss")
    check_task({"measure": str(remove.pk), "adapter": "webhook", "place": "no matter"})  # or it would be refused
    remove.refresh_from_db()
    assert remove.check_asked_at is None


def test_what_held_no_longer_is_no_alarm_after_it_was_shown_again() -> None:
    case, remove = removed()
    actions.say_checked(TERMINAL, measure_id=remove.pk, state="gone")
    assert queries.gone(TERMINAL).exists()
    heard_again(case)
    decided(case, "dismiss")
    assert not queries.gone(TERMINAL).exists()


@pytest.mark.parametrize("outcome", ["confirm", "dismiss"])
def test_where_the_app_named_no_content_nothing_is_ordered(outcome: str) -> None:
    """The planted fault: an order to remove nothing, which no app can ever confirm."""
    case = builders.case(account="one", content_id="")
    builders.decision(case, outcome)
    assert order_next()
    assert (order_next(), list(queries.of_case(case))) == (False, [])  # nor does it hold up the next

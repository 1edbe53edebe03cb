# SPDX-License-Identifier: Apache-2.0
"""Does it still hold? Asked again after a day; no longer so is an alarm, and silence is never said to be well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.desk.ordered import shown as shown_of
from krama.server.desk.state import alarms
from krama.server.measures import actions, actions_order, queries
from krama.server.measures.models import Measure
from krama.server.measures.proofs import measures_confirmed
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def done(outcome: str = "confirm") -> Any:
    builders.webhook()
    measure = builders.measure(outcome)
    return actions.confirm(TERMINAL, measure_id=measure.pk, state="done")


def asked() -> Any:
    """Its day has passed, and the firm's system was asked."""
    measure = done()
    Measure.objects.update(check_at=timezone.now())
    assert actions_order.ask_next() == 1
    measure.refresh_from_db()
    return measure


def chip(measure: Measure) -> str:
    (shown,) = shown_of(list(queries.of_case(measure.item.case)), may_decide=True)
    return f"{shown['check']['kind']}: {shown['check']['text']}" if "check" in shown else ""


def test_what_lasts_is_asked_about_a_day_after_it_was_confirmed() -> None:
    measure = done()
    assert timedelta(hours=23) < measure.check_at - timezone.now() <= timedelta(hours=24)
    assert actions_order.ask_next() == 0
    assert chip(measure) == "words: Is asked about again"


def test_what_is_shown_again_is_done_when_it_is_done() -> None:
    assert done("dismiss").check_at is None


def test_it_is_asked_once() -> None:
    measure = asked()
    assert Task.objects.get(kind="measures.check").payload["measure"] == str(measure.pk)
    assert actions_order.ask_next() == 0
    assert chip(measure) == "due: Asked whether it still holds"


def test_still_so_is_a_line_and_no_alarm() -> None:
    measure = asked()
    for _ in range(2):  # said twice, written once
        actions.say_checked(TERMINAL, measure_id=measure.pk, state="holds")
    assert Entry.objects.filter(event="measure:holds").count() == 1
    assert not queries.gone(TERMINAL).exists()
    assert measures_confirmed(timezone.now()).figures["holds"] == 1


def test_no_longer_so_is_an_alarm_a_line_and_a_red_proof() -> None:
    measure = asked()
    actions.say_checked(TERMINAL, measure_id=measure.pk, state="gone")
    assert Entry.objects.filter(event="measure:gone").count() == 1
    assert "1 measure was confirmed and holds no longer." in [one["text"] for one in alarms(builders.person("officer"))]
    assert measures_confirmed(timezone.now()).state == "fail"
    actions.say_checked(TERMINAL, measure_id=measure.pk, state="holds")  # somebody put it right
    assert not queries.gone(TERMINAL).exists()


def test_a_system_that_does_not_know_the_question_is_never_shown_as_well() -> None:
    measure = asked()
    Measure.objects.update(check_asked_at=timezone.now() - timedelta(minutes=16))
    assert chip(measure) == "due: Not looked at again: nobody answered"
    seen = measures_confirmed(timezone.now())
    assert seen.figures["not_rechecked"] == 1
    assert "did not say" in seen.cause


def test_an_answer_may_come_late_or_unasked_but_not_before_it_was_done() -> None:
    measure = done()
    actions.say_checked(TERMINAL, measure_id=measure.pk, state="gone")
    assert actions_order.ask_next() == 0
    other = builders.measure()
    with pytest.raises(Conflict):
        actions.say_checked(TERMINAL, measure_id=other.pk, state="holds")
    with pytest.raises(BadInput):
        actions.say_checked(TERMINAL, measure_id=measure.pk, state="perhaps")
    with pytest.raises(NotFound):
        actions.say_checked(TERMINAL, measure_id=other.item.pk, state="holds")


def test_ordered_again_it_has_an_id_of_its_own_and_the_alarm_ends() -> None:
    measure = asked()
    actions.say_checked(TERMINAL, measure_id=measure.pk, state="gone")
    again = actions_order.order_again(TERMINAL, measure=measure)
    assert (again.attempt, again.kind, again.decision) == (2, "remove", measure.decision)
    assert not queries.gone(TERMINAL).exists()
    with pytest.raises(Conflict):
        actions_order.order_again(TERMINAL, measure=measure)


def test_what_failed_is_ordered_again_too_and_what_is_well_is_not() -> None:
    builders.webhook()
    measure = builders.measure()
    with pytest.raises(Conflict):
        actions_order.order_again(TERMINAL, measure=measure)
    actions.confirm(TERMINAL, measure_id=measure.pk, state="failed")
    assert actions_order.order_again(TERMINAL, measure=measure).state == "ordered"
    assert not queries.failed().exists()

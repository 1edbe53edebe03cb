# SPDX-License-Identifier: Apache-2.0
"""What a person chooses with a decision: by layer, on accounts once, never a strike that may not leave yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from krama.errors import BadInput
from krama.server.cases.actions.decide import decide
from krama.server.cases.models import Decision
from krama.server.cases.registry import CHECKS, checks_leaving, may_leave
from krama.server.cases.wanted import MayNotLeave
from krama.server.measures import actions_order, queries
from krama.server.measures.models import Measure
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """A room that asks for a note: what it says stands in the list, until somebody empties it."""
    reasons = ["Write first why this is best for the child."]
    check = checks_leaving(lambda case: reasons[0] if reasons else None)
    yield reasons
    CHECKS.remove(check)


def decided(case: Any, *also: str, outcome: str = "confirm", layer: str = "policy") -> Decision:
    items = builders.items(case)
    return decide(
        builders.person(), ref=case.ref, outcome=outcome, layer=layer, reason="Seen.", items=items, decided_by="Sokha",
        also=also,
    )  # fmt: skip


def ordered(case: Any) -> list[str]:
    actions_order.order_next()
    return [one.kind for one in queries.of_case(case)]


def test_saying_nothing_changes_nothing() -> None:
    case = builders.case(account="a")
    decided(case)
    assert ordered(case) == ["remove"]


def test_an_account_is_acted_on_once_and_every_content_of_its_own() -> None:
    case = builders.case("a", account="one")
    builders.case("b", account="one")
    decided(case, "warn", "restrict")
    assert sorted(ordered(case)) == ["remove", "remove", "restrict", "warn"]
    assert not actions_order.order_next()


def test_what_is_kept_is_ordered_before_it_is_removed() -> None:
    case = builders.case(account="a")
    decided(case, "preserve", layer="law")
    assert ordered(case) == ["preserve", "remove"]


@pytest.mark.parametrize(
    ("outcome", "layer", "kind"),
    [
        ("confirm", "law", "warn"),
        ("confirm", "policy", "preserve"),
        ("dismiss", "", "suspend"),
        ("confirm", "law", "x"),
    ],
)
def test_each_layer_allows_its_own(outcome: str, layer: str, kind: str) -> None:
    case = builders.case(account="a")
    with pytest.raises(BadInput, match="may not hold"):
        decided(case, kind, outcome=outcome, layer=layer)
    assert not Decision.objects.exists()


def test_without_an_account_nothing_is_done_to_one() -> None:
    with pytest.raises(BadInput, match="No account is known"):
        decided(builders.case(), "suspend")


@pytest.mark.parametrize("kind", ["restrict", "suspend"])
def test_no_strike_is_decided_while_a_question_is_open(asked: list[str], kind: str) -> None:
    case = builders.case(account="a")
    with pytest.raises(MayNotLeave, match="best for the child"):
        decided(case, kind)
    assert not Decision.objects.exists()
    asked.clear()
    decided(case, kind)
    assert kind in ordered(case)


def test_help_a_warning_and_removal_are_no_strikes(asked: list[str]) -> None:
    case = builders.case(account="a")
    assert may_leave(case) == asked[0]
    decided(case, "offer_help", "warn")
    assert sorted(ordered(case)) == ["offer_help", "remove", "warn"]


def test_a_question_that_came_up_after_the_decision_holds_the_strike_until_it_is_answered(asked: list[str]) -> None:
    reason = asked.pop()
    case = builders.case(account="a")
    decided(case, "suspend")
    asked.append(reason)
    assert ordered(case) == ["remove", "suspend"]
    strike = Measure.objects.get(kind="suspend")
    assert strike.state == "held"
    assert actions_order.release_held() == 0
    asked.clear()
    assert actions_order.release_held() == 1
    strike.refresh_from_db()
    assert strike.state == "ordered"
    assert actions_order.release_held() == 0


def test_one_decision_never_orders_the_same_thing_twice() -> None:
    """The planted fault: the decision is carried out a second time."""
    case = builders.case()
    decision = decided(case)
    actions_order.order_next()
    Decision.objects.filter(pk=decision.pk).update(carried_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions_order.order_next()
    assert Measure.objects.count() == 1

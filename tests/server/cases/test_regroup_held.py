# SPDX-License-Identifier: Apache-2.0
"""What one person has, nobody else puts together or takes apart; the lease of a case that went away ends."""

from __future__ import annotations

from typing import Any

import pytest

from krama.server.cases.actions import regroup as actions_regroup
from krama.server.cases.actions.queue import HeldByAnother, require_free, take
from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Facet, Lease, Regroup
from krama.server.trail.actor import TERMINAL
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = {"reason": "The same matter.", "by": "Test"}


@pytest.fixture
def one() -> Any:
    return builders.person("officer", name="Sok")


@pytest.fixture
def other() -> Any:
    return builders.person("officer", name="Dara")


def of_account() -> Case:
    for content in ("one", "two"):
        builders.detection(content, account="account-1")
    collect()
    return Case.objects.get()


@pytest.mark.parametrize("which", [0, 1])
def test_a_case_that_another_has_is_not_put_together(one: Any, other: Any, which: int) -> None:
    cases = builders.case("one"), builders.case("two")
    take(one, case=cases[which])
    with pytest.raises(HeldByAnother) as caught:
        merge(other, case=cases[0], into=cases[1], **WHY)
    assert caught.value.fields["holder"] == "Sok"
    assert not Regroup.objects.exists()
    assert Case.objects.filter(state="open").count() == 2


def test_a_case_that_another_has_is_not_taken_apart(one: Any, other: Any) -> None:
    case = of_account()
    take(one, case=case)
    with pytest.raises(HeldByAnother):
        split(other, case=case, items=builders.items(case)[:1], **WHY)
    assert Case.objects.count() == 1


def test_who_has_both_puts_them_together_and_keeps_the_one_that_goes_on(one: Any) -> None:
    gone, stays = builders.case("one"), builders.case("two")
    for case in (gone, stays):
        take(one, case=case)
    merge(one, case=gone, into=stays, **WHY)
    assert [lease.case for lease in Lease.objects.all()] == [stays]


def test_who_has_it_takes_it_apart_and_what_left_is_free(one: Any, other: Any) -> None:
    case = of_account()
    take(one, case=case)
    new = split(one, case=case, items=builders.items(case)[:1], **WHY)
    assert [(lease.case, lease.holder) for lease in Lease.objects.all()] == [(case, one)]
    assert take(other, case=new) == new


def test_krama_itself_waits_for_nobody(one: Any) -> None:
    case = builders.case()
    take(one, case=case)
    require_free(TERMINAL, case)


def test_a_merge_that_does_not_ask_who_has_it_is_seen_red(
    one: Any, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_regroup, "require_free", lambda _actor, _case: None)
    gone, stays = builders.case("one"), builders.case("two")
    take(one, case=gone)
    merge(other, case=gone, into=stays, **WHY)
    assert Regroup.objects.exists()


def test_a_case_is_found_by_what_is_in_it_now(one: Any) -> None:
    case = of_account()
    before = set(Facet.objects.filter(case=case).values_list("kind", "value"))
    new = split(one, case=case, items=builders.items(case)[:1], **WHY)
    assert set(Facet.objects.filter(case=new).values_list("kind", "value")) == before
    merge(one, case=new, into=Case.objects.get(pk=case.pk), **WHY)
    assert set(Facet.objects.filter(case=case).values_list("kind", "value")) == before
    assert not before or Facet.objects.filter(case=new).exists(), "the figures of a closed case stay"

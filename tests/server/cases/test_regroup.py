# SPDX-License-Identifier: Apache-2.0
"""Cases that were put together or taken apart lose no line, no key, no clock; nobody who was kept out gets in."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions import looks
from krama.server.cases.actions import sight as actions_sight
from krama.server.cases.actions.pause import pause
from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.actions.reopen import reopen
from krama.server.cases.collecting.collect import collect
from krama.server.cases.history import Past, family, lines, merged_into
from krama.server.cases.models import Case, Item, Link, Look, OpenKey, Pause, Recusal, Regroup
from krama.server.cases.queries import case as queries
from krama.server.cases.queries.case import reason_of
from krama.server.cases.reach import sees
from krama.server.compartments.models import Compartment
from krama.server.compartments.queries import read
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUR = timedelta(hours=1)


def told(case: Case) -> set[Any]:
    return {entry.pk for entry in lines(Past(Case.objects.get(pk=case.pk)))}


def two() -> tuple[Case, Case]:
    return builders.case("one"), builders.case("two")


def of_account(*contents: str) -> Case:
    """One case with an item for each of these contents, all of one account."""
    for content in contents:
        builders.detection(content, account="account-1")
    collect()
    return Case.objects.get()


def together(one: Case, other: Case, actor: Any = None) -> Case:
    return merge(actor or builders.person("officer"), case=one, into=other, reason="The same matter.", by="Test")


def test_what_is_put_together_has_all_lines_and_the_case_that_was_left_keeps_its_own() -> None:
    one, other = two()
    before_one, before_other = told(one), told(other)
    target = together(one, other)
    assert told(target) >= before_one | before_other
    assert told(one) >= before_one
    assert queries.items_of(target).count() == 2
    one.refresh_from_db()
    assert one.state == Case.State.CLOSED
    assert merged_into(one) == target


def test_the_graver_gravity_and_the_earlier_clock_hold() -> None:
    one, other = two()
    soon = timezone.now() + timedelta(minutes=5)
    Case.objects.filter(pk=one.pk).update(severity="critical", lane="emergency", is_emergency=True, due_at=soon)
    Case.objects.filter(pk=other.pk).update(severity="low", lane="ordinary", due_at=timezone.now() + HOUR)
    target = together(one, other)
    assert (target.severity, target.lane, target.is_emergency, target.due_at) == ("critical", "emergency", True, soon)


def test_a_clock_that_stood_still_goes_on_when_cases_are_put_together() -> None:
    one, other = two()
    person = builders.person("officer")
    Case.objects.update(due_at=timezone.now() + HOUR)
    pause(person, case=other, reason="firm", days=3)
    target = together(one, other, person)
    assert not Pause.objects.filter(ended_at=None).exists()
    assert target.due_at <= timezone.now() + HOUR


def test_what_comes_later_finds_the_case_that_goes_on() -> None:
    one, other = two()
    target = together(one, other)
    builders.detection("one")
    collect()
    assert target.items.count() == 3
    assert not OpenKey.objects.filter(case=one).exists()


def test_deciding_a_case_that_was_put_together_meanwhile_says_where_it_goes_on() -> None:
    one, other = two()
    items = builders.items(one)
    together(one, other)
    with pytest.raises(actions.Merged) as refused:
        actions.decide(
            builders.person(), ref=one.ref, outcome="dismiss", layer="", reason="x", items=items, decided_by="Test"
        )
    assert refused.value.fields["into"] == other.ref
    assert not Item.objects.exclude(decision=None).exists()


def test_whoever_was_kept_out_of_either_is_kept_out_of_both() -> None:
    one, other = two()
    friend, officer = builders.person("reviewer"), builders.person("officer")
    actions_sight.declare(friend, case=one, ground="friend")
    target = together(one, other, officer)
    assert not sees(friend, target)
    apart = split(officer, case=target, items=builders.items(target)[:1], reason="Another matter.", by="Test")
    assert not sees(friend, apart)
    assert Recusal.objects.filter(person=friend).count() == 3


def test_only_open_cases_that_the_person_sees_are_put_together_and_never_one_with_itself() -> None:
    one, other = two()
    with pytest.raises(BadInput):
        together(one, one)
    with pytest.raises(BadInput):
        merge(builders.person("officer"), case=one, into=other, reason=" ", by="Test")
    friend = builders.person("reviewer")
    actions_sight.declare(friend, case=other, ground="friend")
    with pytest.raises(NotFound):
        together(one, other, friend)
    Case.objects.filter(pk=other.pk).update(state="closed")
    with pytest.raises(Conflict):
        together(one, other)
    assert not Regroup.objects.exists()


def test_what_is_taken_apart_knows_what_was_and_the_case_it_left_forgets_nothing() -> None:
    case = of_account("one", "two", "three")
    before = told(case)
    first = builders.items(case)[0]
    apart = split(builders.person("officer"), case=case, items=[first], reason="Another matter.", by="Test")
    assert told(case) >= before
    assert told(apart) >= before
    assert (apart.severity, apart.due_at, apart.opened_at) == (case.severity, case.due_at, case.opened_at)
    assert Link.objects.filter(one__in=[case, apart], other__in=[case, apart]).exists()


def test_what_happens_after_taking_apart_is_told_only_where_it_belongs() -> None:
    case = of_account("one", "two")
    person = builders.person("officer")
    apart = split(person, case=case, items=builders.items(case)[:1], reason="Another matter.", by="Test")
    actions.note_view(person, case=apart)
    (entry,) = told(apart) - told(case) - {line.pk for line in lines(Past(apart)) if line.event == "case:split"}
    assert entry
    actions.note_view(person, case=case)
    assert len(told(case) - told(apart)) >= 1


def test_what_was_taken_apart_and_is_put_together_again_has_every_line_of_both() -> None:
    case, officer = of_account("one", "two", "three"), builders.person("officer")
    apart = split(officer, case=case, items=builders.items(case)[:1], reason="Another matter.", by="Test")
    actions.note_view(officer, case=case)
    actions.note_view(officer, case=apart)
    before, before_apart = told(case), told(apart)
    together(case, apart, officer)
    assert told(apart) >= before | before_apart
    assert told(case) >= before


def test_what_came_to_a_case_later_is_not_told_in_the_one_that_had_left_it() -> None:
    case, officer = of_account("one", "two"), builders.person("officer")
    other = builders.case("three")
    actions.note_view(officer, case=other)
    elsewhere, moved = told(other), builders.items(other)
    apart = split(officer, case=case, items=builders.items(case)[:1], reason="Another matter.", by="Test")
    before = told(apart)
    together(other, case, officer)
    assert told(case) >= elsewhere
    assert told(apart) == before, "it had left before they came, and its readers may not know of them"
    back = split(officer, case=case, items=moved, reason="Not theirs.", by="Test")
    assert told(back) >= elsewhere
    assert told(apart) == before, "nor when they are gone again"


def test_a_key_goes_along_only_when_nothing_that_stays_is_known_by_it() -> None:
    case = of_account("one", "two")
    first = Item.objects.order_by("joined_at").first()
    assert first is not None
    assert first.detection is not None
    apart = split(builders.person("officer"), case=case, items=[first.pk], reason="Another.", by="Test")
    assert OpenKey.objects.get(kind="content", hash=first.detection.content_key).case == apart
    assert OpenKey.objects.get(kind="account").case == case


def test_not_everything_nothing_or_what_is_decided_is_taken_out() -> None:
    case = of_account("one", "two")
    officer, items = builders.person("officer"), builders.items(case)
    for wrong in (items, [], [UUID(int=1)]):
        with pytest.raises(BadInput):
            split(officer, case=case, items=wrong, reason="Another.", by="Test")
    assert Case.objects.count() == 1


def test_decisions_of_a_case_that_was_put_together_are_still_read() -> None:
    one, other = two()
    decided = builders.decision(one)
    Case.objects.filter(pk=one.pk).update(state="open")
    target = together(one, other)
    assert {case.pk for case in family(target)} == {one.pk, other.pk}
    assert reason_of(decided)


def test_the_reason_lies_sealed_with_the_case_that_goes_on() -> None:
    one, other = two()
    together(one, other)
    row = Regroup.objects.get()
    assert b"same matter" not in bytes(row.sealed_reason or b"")
    compartment = Compartment.objects.get(cases=other)
    assert read(compartment, row.sealed_reason, *queries.place_of_regroup(row.pk)) == b"The same matter."


def test_cases_put_together_in_a_row_are_told_from_the_first() -> None:
    cases = [builders.case(f"content {number}") for number in range(4)]
    before = set().union(*(told(case) for case in cases))
    for one, next_one in pairwise(cases):
        together(one, next_one)
    assert told(cases[-1]) >= before
    assert len(family(cases[-1])) == 4


def test_whoever_was_kept_out_on_a_word_that_was_refused_is_kept_out_of_nothing_that_came_of_it() -> None:
    one, other = two()
    lead, officer = builders.person("lead"), builders.person("officer")
    actions_sight.mark(lead, case=one, person=officer, ground="work")
    target = together(one, other, builders.person("officer"))
    assert not sees(officer, target)
    looks.give(builders.person("officer"), look=Look.objects.get(), agreed=False)
    assert sees(officer, target)
    assert not Recusal.objects.exists()


def test_when_all_that_waited_is_taken_out_what_stays_is_closed_as_decided() -> None:
    """The planted fault: an open case in which nothing waits, which nobody can ever close."""
    source = of_account("one", "two")
    builders.decision(source)
    again, stays = source.items.order_by("joined_at")
    reopen(builders.person("officer"), Case.objects.get(), [again])
    target = split(builders.person("officer"), case=source, items=[again.pk], reason="Another matter.", by="Test")
    source.refresh_from_db()
    assert (source.state, target.state) == ("closed", "open")
    assert source.items.get() == stays
    assert list(OpenKey.objects.filter(kind="account").values_list("case", flat=True)) == [target.pk]

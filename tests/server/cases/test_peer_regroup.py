# SPDX-License-Identifier: Apache-2.0
"""The peer path when cases are put together or taken apart: nobody leaves it by being moved, and the note is written
again."""

from __future__ import annotations

from typing import Any

import pytest

from krama.server.accounts.models import User
from krama.server.cases import peer
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions.peer import Asked
from krama.server.cases.actions.people import add_child, say_role
from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Item
from krama.server.cases.models.peer import Answer, PeerMark
from krama.server.cases.people import part_of, people_in, roles_of, teller_key
from krama.server.cases.wanted import MayNotLeave
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "Both go to one school; talking helps more than a strike."
WHY = {"reason": "One matter.", "by": "Test"}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def marked(officer: User, account: str = "one") -> Case:
    case = builders.case(account=account)
    actions_peer.say_peer(officer, case=case, said="yes", words="Same class.")
    return fresh(case)


def noted(officer: User, case: Case) -> None:
    """With nobody else there, it stands at once."""
    actions_peer.write_note(officer, case=case, words=WORDS, wish=Asked(Answer.CANNOT))
    assert peer.may_leave(fresh(case))


def of_account(*contents: str, account: str = "one") -> Case:
    for content in contents:
        builders.detection(content, account=account)
    while collect():
        pass
    return Case.objects.get()


def apart(officer: User, case: Case, items: list[Any]) -> Case:
    return fresh(split(officer, case=fresh(case), items=items, **WHY))


def together(officer: User, one: Case, other: Case) -> Case:
    return fresh(merge(officer, case=fresh(one), into=fresh(other), **WHY))


def test_a_case_on_the_path_takes_it_along_into_another() -> None:
    officer = builders.person("officer")
    source, target = marked(officer), builders.case(account="two")
    target = together(officer, source, target)
    assert not peer.may_leave(target)
    assert not peer.may_leave(fresh(source))
    mark = peer.mark_of(target)
    assert mark is not None
    assert (mark.words, mark.by) == ("Same class.", officer.actor_id)
    assert b"class" not in bytes(target.peer_marks.get().sealed_mark or b"")


def test_no_strike_leaves_a_case_for_being_put_together_with_another() -> None:
    officer = builders.person("officer")
    target = together(officer, marked(officer), builders.case(account="two"))
    facts: dict[str, Any] = {"items": builders.items(target), "reason": "Seen.", "decided_by": "Sokha"}
    with pytest.raises(MayNotLeave):
        actions.decide(officer, ref=target.ref, outcome="confirm", layer="policy", also=["suspend"], **facts)


def test_what_is_taken_out_of_a_case_on_the_path_is_on_it() -> None:
    officer = builders.person("officer")
    case = of_account("one", "two")
    actions_peer.say_peer(officer, case=case, said="yes", words="Same class.")
    noted(officer, fresh(case))
    other = apart(officer, case, builders.items(case)[:1])
    assert not peer.may_leave(other), "its note is still to be written"
    assert peer.may_leave(fresh(case)), "that of the case it left still speaks of whom it spoke of"


def test_the_report_that_said_so_may_go_and_its_case_stays_on_the_path() -> None:
    officer = builders.person("officer")
    case = builders.told_case("bullying", account="one", peer="yes")
    builders.detection("a", account="one")
    while collect():
        pass
    told = case.items.get(report__isnull=False)
    other = apart(officer, case, [told.pk])
    assert peer.on_peer_path(other)
    assert peer.on_peer_path(fresh(case))
    assert [mark.case for mark in PeerMark.objects.all()] == [case], "the report itself says it where it went"
    together(officer, other, fresh(case))
    assert peer.on_peer_path(fresh(other)), "no name leaves the case that was left"


def test_a_note_from_before_speaks_of_others() -> None:
    officer = builders.person("officer")
    source, target = marked(officer), marked(officer, "two")
    noted(officer, target)
    target = together(officer, source, target)
    assert not peer.may_leave(target)
    noted(officer, target)


def test_where_nobody_is_on_the_path_nothing_is_marked() -> None:
    officer = builders.person("officer")
    target = together(officer, builders.case(account="one"), builders.case(account="two"))
    assert not peer.on_peer_path(target)
    assert not PeerMark.objects.exists()
    source, target = builders.case(account="three"), marked(officer, "four")
    noted(officer, target)
    assert peer.may_leave(together(officer, source, target)), "its note still speaks of everybody on the path"


def named(case: Case, item: Item) -> Pseudonym:
    kind = Pseudonym.Kind.ACCOUNT if item.account_key else Pseudonym.Kind.REPORTER
    hashed = item.account_key or teller_key(item)
    return name_them(f"case:{case.ref}", kind, [hashed])[hashed]


def parts(case: Case) -> list[str]:
    said = roles_of(case)
    return sorted(part_of(one, said.get(one.pk, [])) for one in people_in(case))


def test_what_was_said_of_people_goes_along_when_cases_are_put_together() -> None:
    officer = builders.person("officer")
    source, target = builders.case(account="one"), builders.case(account="two")
    say_role(officer, case=source, pseudonym=named(source, source.items.get()), part="witness")
    say_role(officer, case=source, pseudonym=named(source, source.items.get()), part="child")
    add_child(officer, case=source)
    say_role(officer, case=target, pseudonym=named(target, target.items.get()), part="suspect")
    target = together(officer, source, target)
    assert parts(target) == ["child", "child", "suspect"]


def test_of_what_is_taken_apart_only_what_was_said_of_those_in_it_goes_along_and_comes_back_once() -> None:
    officer = builders.person("officer")
    case = together(officer, builders.case(account="one"), builders.case(account="two"))
    first, second = case.items.order_by("joined_at")
    say_role(officer, case=case, pseudonym=named(case, first), part="witness")
    say_role(officer, case=case, pseudonym=named(case, second), part="suspect")
    add_child(officer, case=case)
    other = apart(officer, case, [second.pk])
    assert parts(other) == ["suspect"]
    together(officer, other, case)
    assert case.roles.count() == 2

# SPDX-License-Identifier: Apache-2.0
"""Who may see which case: by role, unit, assignment and sensitivity; whoever is in conflict, never."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krama.errors import BadInput, Conflict, NotAllowed, NotFound
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Key, Unit, User
from krama.server.cases import reach
from krama.server.cases.actions import sight
from krama.server.cases.models import Case, Look, Named, Recusal, Sensitivity
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from krama.server.trail.actor import TERMINAL, Machine
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def staff() -> dict[str, Any]:
    return {role: builders.person(role) for role in ("reviewer", "lead", "officer", "auditor", "administrator")}


def who_sees(case: Case, staff: dict[str, Any]) -> set[str]:
    return {role for role, person in staff.items() if reach.sees(person, case)}


def set_to(case: Case, sensitivity: str) -> Case:
    Case.objects.filter(pk=case.pk).update(sensitivity=sensitivity)
    case.refresh_from_db()
    return case


def test_each_sensitivity_narrows_who_sees_it(staff: dict[str, Any]) -> None:
    case = builders.case()
    assert who_sees(case, staff) == {"reviewer", "lead", "officer"}
    assert who_sees(set_to(case, "restricted"), staff) == {"lead", "officer"}
    assert who_sees(set_to(case, "sealed"), staff) == {"officer"}
    sight.assign(staff["officer"], case=case, person=staff["reviewer"], unit=None)
    assert who_sees(case, staff) == {"reviewer", "officer"}
    sight.name_person(staff["officer"], case=case, person=staff["lead"])
    assert who_sees(case, staff) == {"reviewer", "lead", "officer"}
    sight.name_person(staff["officer"], case=case, person=staff["lead"], named=False)
    assert who_sees(case, staff) == {"reviewer", "officer"}


def test_a_unit_sees_its_own_cases_and_those_of_no_unit(staff: dict[str, Any]) -> None:
    ours, theirs = (Unit.objects.create(name=name, kind="moderation") for name in ("Ours", "Theirs"))
    User.objects.filter(pk=staff["reviewer"].pk).update(unit=ours)
    reviewer, case = User.objects.get(pk=staff["reviewer"].pk), builders.case()
    for unit, seen in ((None, True), (ours, True), (theirs, False)):
        sight.assign(staff["lead"], case=case, person=None, unit=unit)
        assert reach.sees(reviewer, case) is seen
    assert queries.queue(reviewer).count() == 0
    assert queries.queue(staff["lead"]).count() == 1


def test_the_rules_raise_it_and_never_lower_it(staff: dict[str, Any]) -> None:
    grave, child = builders.case(code="A1"), builders.case()
    assert grave.sensitivity == Sensitivity.RESTRICTED
    name_them(f"case:{child.ref}", Pseudonym.Kind.CHILD, ["c" * 64])
    sight.settle(child)
    assert child.sensitivity == Sensitivity.RESTRICTED
    set_to(child, "sealed")
    sight.settle(child)
    assert child.sensitivity == Sensitivity.SEALED
    with pytest.raises(Conflict, match="rules"):
        sight.change_sensitivity(staff["officer"], case=grave, to="normal", reason="I think so.")


def test_fewer_at_once_more_only_with_a_second_person(staff: dict[str, Any]) -> None:
    case = builders.case()
    sight.change_sensitivity(staff["lead"], case=case, to="sealed", reason="A known family.")
    case.refresh_from_db()
    assert case.sensitivity == "sealed"
    assert reach.sees(staff["lead"], case), "whoever sealed it goes on with it"
    assert b"known family" not in bytes(case.sensitivity_changes.get().sealed_reason or b"")
    sight.change_sensitivity(staff["officer"], case=case, to="normal", reason="It was nothing.")
    case.refresh_from_db()
    assert case.sensitivity == "sealed"
    assert Look.objects.get(kind="lowering").state == Look.State.WAITING
    with pytest.raises(BadInput):
        sight.change_sensitivity(staff["officer"], case=case, to="sealed", reason="Again.")
    with pytest.raises(NotFound):
        sight.change_sensitivity(staff["reviewer"], case=case, to="normal", reason="Let me in.")


def test_a_firm_of_two_works_without_units_or_leads() -> None:
    reviewer, administrator = builders.person("reviewer"), builders.person("administrator")
    case = builders.case(code="A1")
    assert reach.sees(reviewer, case), "nobody above them: they keep it"
    assert reach.may_here(reviewer, Operation.PLACE_HOLD, case)
    assert not reach.sees(administrator, case)
    officer = builders.person("officer")
    assert not reach.sees(reviewer, case)
    assert not reach.may_here(reviewer, Operation.PLACE_HOLD, case)
    assert reach.sees(officer, case)


def test_where_the_officer_is_in_conflict_the_lead_takes_over_then_the_reviewer(staff: dict[str, Any]) -> None:
    case = set_to(builders.case(), "sealed")
    sight.assign(staff["officer"], case=case, person=staff["officer"], unit=None)
    assert who_sees(case, staff) == {"officer"}
    sight.declare(staff["officer"], case=case, ground="family")
    assert who_sees(case, staff) == {"lead"}
    case.refresh_from_db()
    assert case.assignee == staff["lead"]
    assert reach.may_here(staff["lead"], Operation.NAME_OUTSIDER, case)
    sight.declare(staff["lead"], case=case, ground="friend")
    assert who_sees(case, staff) == {"reviewer"}
    assert queries.closed_to_everybody() == 0
    sight.declare(staff["reviewer"], case=case, ground="other")
    assert who_sees(case, staff) == set()
    assert queries.closed_to_everybody() == 1


def test_conflict_is_stronger_than_role_name_and_assignment(staff: dict[str, Any]) -> None:
    case = builders.case()
    sight.assign(staff["lead"], case=case, person=staff["reviewer"], unit=None)
    sight.name_person(staff["lead"], case=case, person=staff["reviewer"])
    sight.declare(staff["reviewer"], case=case, ground="friend")
    assert not reach.sees(staff["reviewer"], case)
    case.refresh_from_db()
    assert case.assignee != staff["reviewer"]
    assert not Named.objects.filter(person=staff["reviewer"]).exists()
    for act in (
        lambda: sight.assign(staff["lead"], case=case, person=staff["reviewer"], unit=None),
        lambda: sight.name_person(staff["lead"], case=case, person=staff["reviewer"]),
    ):
        with pytest.raises(BadInput):
            act()
    ground = bytes(Recusal.objects.get(person=staff["reviewer"]).sealed_ground or b"")
    assert b"friend" not in ground


def test_an_account_of_the_staff_closes_its_cases_now_and_later(staff: dict[str, Any]) -> None:
    before = builders.case("a", account="the-officers-own")
    for role in ("reviewer", "officer", "administrator", "auditor"):
        sight.declare_accounts(staff[role], ids=["the-officers-own"])
    later = builders.case("b", account="the-officers-own")
    joined = builders.case("c", account="somebody")
    assert reach.sees(staff["officer"], joined)
    builders.case("c", account="the-officers-own")
    for case in (before, later, joined):
        case.refresh_from_db()
        assert who_sees(case, staff) == {"lead"}, "the officer is out, so the lead keeps it"
        assert not reach.behind_glass(staff["administrator"]).filter(pk=case.pk).exists()
        assert not reach.acts_of(staff["auditor"]).filter(pk=case.pk).exists()
        assert case.sensitivity == Sensitivity.SEALED
    assert not Entry.objects.filter(event="case:recused", details__has_key="person").exists()
    assert "the-officers-own" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_no_row_is_needed_for_an_account_to_close_a_case(staff: dict[str, Any]) -> None:
    """The query is the rule: a race between a declaration and a collector leaves nothing open."""
    case = builders.case("a", account="own")
    sight.declare_accounts(staff["reviewer"], ids=["own"])
    Recusal.objects.all().delete()
    set_to(case, "normal")
    assert not reach.sees(staff["reviewer"], case)


def test_another_can_be_kept_out_and_a_second_person_looks_at_that(staff: dict[str, Any]) -> None:
    case = builders.case()
    sight.mark(staff["lead"], case=case, person=staff["officer"], ground="work")
    assert not reach.sees(staff["officer"], case)
    assert Look.objects.get(kind="recusal").state == Look.State.DEFERRED
    with pytest.raises(NotAllowed):
        sight.mark(staff["reviewer"], case=builders.case(), person=staff["lead"], ground="work")


def test_a_key_reads_normal_cases_and_none_that_its_owner_is_kept_out_of(staff: dict[str, Any]) -> None:
    key, _secret = builders.key("cases:read")
    owned = Key.objects.get(pk=builders.key("cases:read", owner=staff["lead"])[0].pk)
    case = builders.case()
    assert reach.sees(key, case)
    assert reach.sees(owned, case)
    sight.declare(staff["lead"], case=case, ground="work")
    set_to(case, "normal")
    assert reach.sees(key, case)
    assert not reach.sees(owned, case)
    assert not reach.sees(key, set_to(case, "restricted"))


def test_linked_cases_counts_and_queue_are_of_what_one_may_see(staff: dict[str, Any]) -> None:
    one = builders.case("a", account="one")
    other = builders.case("b", account="two")
    builders.case("a", account="two")
    assert [row for row, _ in queries.linked_to(staff["reviewer"], one)] == [other]
    set_to(other, "restricted")
    assert [row for row, _ in queries.linked_to(staff["reviewer"], one)] == []
    assert [row for row, _ in queries.linked_to(staff["lead"], one)] == [other]
    assert [queries.queue(staff[role]).count() for role in ("reviewer", "lead", "auditor")] == [1, 2, 0]
    assert queries.queue(staff["reviewer"], text=other.ref).count() == 0
    with pytest.raises(NotFound):
        reach.found(staff["reviewer"], other.ref)


@pytest.mark.parametrize("who", [None, "somebody", Machine("x", "person"), 7])
def test_nobody_in_particular_sees_nothing(who: object) -> None:
    case = builders.case()
    assert reach.sees(who, case) is isinstance(who, Machine)
    assert reach.sees(TERMINAL, case)


ACTS = ["assign", "name", "unname", "seal", "restrict", "declare", "unit"]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTS), max_size=8), st.sampled_from(["reviewer", "lead", "officer"]))
def test_once_kept_out_nothing_lets_one_in_again(staff: dict[str, Any], acts: list[str], who: str) -> None:
    person, case = staff[who], builders.case()
    sight.declare(person, case=case, ground="friend")
    for act in acts:
        with suppress(BadInput, Conflict, NotFound):
            _do(act, case, person)
    assert not reach.sees(person, case)
    assert not any(reach.may_here(person, operation, case) for operation in Operation)


def _do(act: str, case: Case, person: User) -> None:
    if act == "assign":
        sight.assign(another_officer(), case=case, person=person, unit=None)
    elif act in ("name", "unname"):
        sight.name_person(another_officer(), case=case, person=person, named=act == "name")
    elif act in ("seal", "restrict"):
        Case.objects.filter(pk=case.pk).update(sensitivity={"seal": "sealed", "restrict": "restricted"}[act])
    elif act == "declare":
        sight.declare(person, case=case, ground="self")
    else:
        Case.objects.filter(pk=case.pk).update(assignee=person)  # behind the actions' back


def another_officer() -> User:
    person: User = builders.person("officer")
    return person


def test_what_may_not_be_seen_crowds_nothing_out_of_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.server.cases.queries.case.COUNTED", 2)
    reader = builders.person("reviewer")
    builders.person("officer")
    mine = builders.case("old", content_id="v1")
    for number in range(3):
        hidden = builders.case(f"new {number}", content_id="v1")
        Case.objects.filter(pk=hidden.pk).update(sensitivity="sealed")
    assert list(queries.queue(reader, text="v1")) == [mine]

# SPDX-License-Identifier: Apache-2.0
"""What somebody chose not to be given never comes to them, and nobody learns who chose it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from krama.errors import BadInput
from krama.server.cases.actions import sight
from krama.server.cases.giving import given_to, may_take
from krama.server.cases.models import Case
from krama.server.desk import state
from krama.server.trail.models import Entry
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.kinds import Kind
from krama.server.wellbeing.models import Choice
from krama.server.wellbeing.whose import choices_of, whose
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lead() -> Any:
    return builders.person("lead")


def given(person: Any) -> set[str]:
    return set(given_to(person, Case.objects.all()).values_list("ref", flat=True))


def test_each_kind_is_kept_from_whoever_chose_it(lead: Any) -> None:
    cases = {
        "material": builders.case(),
        "unreadable": builders.case(reason="undecodable", action="review"),
        "bullying": builders.told_case("bullying"),
        "threat": builders.told_case("threat"),
        "approach": builders.told_case("approach"),
        "saw": builders.told_case("saw"),
        "other": builders.told_case("other"),
        "danger": builders.told_case("danger"),
    }
    assert set(cases) == set(Kind.values)
    everything = {case.ref for case in cases.values()}
    assert given(lead) == everything
    for kind, case in cases.items():
        actions.choose(lead, minutes=None, kinds=[kind])
        assert given(lead) == everything - {case.ref}, kind
    actions.choose(lead, minutes=None, kinds=list(cases))
    assert given(lead) == set()
    assert given(builders.person("lead")) == everything


def test_whoever_comes_to_it_all_the_same_is_asked(lead: Any) -> None:
    case, client = builders.told_case("threat"), Client()
    actions.choose(lead, minutes=None, kinds=["threat"])
    client.force_login(lead)
    assert "What is known" not in client.get(f"/cases/{case.ref}").content.decode()
    client.post(f"/cases/{case.ref}/anyway")
    assert "What is known" in client.get(f"/cases/{case.ref}").content.decode()


def test_nobody_assigns_it_and_nobody_learns_why(lead: Any) -> None:
    reviewer, conflicted, case = builders.person(), builders.person(), builders.told_case("threat")
    actions.choose(reviewer, minutes=None, kinds=["threat"])
    sight.declare(builders.person("officer"), case=case, ground="friend")
    sight.mark(lead, case=case, person=conflicted, ground="friend")
    said = []
    for person in (reviewer, conflicted):
        with pytest.raises(BadInput) as refused:
            sight.assign(lead, case=case, person=person, unit=None)
        said.append((str(refused.value), refused.value.fields))
    assert said[0] == said[1]
    sight.assign(lead, case=case, person=builders.person(), unit=None)


def test_whoever_has_it_already_keeps_it(lead: Any) -> None:
    reviewer, case = builders.person(), builders.told_case("threat")
    sight.assign(lead, case=case, person=reviewer, unit=None)
    actions.choose(reviewer, minutes=None, kinds=["threat"])
    sight.assign(lead, case=case, person=reviewer, unit=None)


def test_who_takes_over_after_a_conflict_is_asked_too(lead: Any) -> None:
    officer, case = builders.person("officer"), builders.told_case("threat")
    sight.assign(lead, case=case, person=lead, unit=None)
    actions.choose(officer, minutes=None, kinds=["threat"])
    sight.declare(lead, case=case, ground="friend")
    case.refresh_from_db()
    assert case.assignee is None


def test_the_trail_knows_nothing_of_it(lead: Any) -> None:
    before = Entry.objects.count()
    actions.choose(lead, minutes=60, kinds=["threat", "danger"])
    actions.rest(lead)
    actions.end_rest(lead)
    assert Entry.objects.count() == before


def test_a_kind_that_nobody_takes_is_an_alarm_that_names_the_kind_only(lead: Any) -> None:
    reviewer = builders.person("reviewer", name="Dara Chan")
    actions.choose(reviewer, minutes=None, kinds=["threat", "saw"])
    assert not queries.nobody_for()
    actions.choose(lead, minutes=None, kinds=["threat"])
    assert queries.nobody_for() == [Kind.THREAT]
    said = [alarm["text"] for alarm in state.alarms(lead) if "given cases of this kind" in alarm["text"]]
    assert len(said) == 1
    assert str(Kind.THREAT.label) in said[0]
    assert "Dara" not in said[0]
    assert not any("of this kind" in alarm["text"] for alarm in state.alarms(reviewer)), "a reviewer assigns nobody"


def test_a_choice_that_somebody_moved_to_another_opens_nowhere(lead: Any) -> None:
    reviewer = builders.person()
    actions.choose(lead, minutes=None, kinds=["threat"])
    Choice.objects.filter(whose=whose(lead)).update(whose=whose(reviewer))
    assert choices_of(reviewer).kinds == frozenset()


def test_a_test_of_the_door_comes_to_everybody(lead: Any) -> None:
    actions.choose(lead, minutes=None, kinds=list(Kind.values))
    case = builders.told_case("test")
    assert given(lead) == {case.ref}
    assert may_take(lead, case) is None

# SPDX-License-Identifier: Apache-2.0
"""Passing on costs nobody anything: no reason is asked, none is kept, and the trail counts nobody's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from krama.errors import Conflict, NotFound
from krama.server.cases.actions import giving as actions_giving
from krama.server.cases.actions import sight
from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.giving import given_to
from krama.server.cases.models import Case
from krama.server.desk import state
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.models import PassedOn
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def reviewer() -> Any:
    return builders.person("reviewer")


def test_it_goes_back_to_the_queue_and_comes_to_this_person_no_more(reviewer: Any) -> None:
    case, lead = builders.case(), builders.person("lead")
    sight.assign(lead, case=case, person=reviewer, unit=None)
    actions.pass_on(reviewer, case=case)
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("open", None)
    assert not given_to(reviewer, Case.objects.all())
    assert list(given_to(lead, Case.objects.all())) == [case]


def test_the_trail_says_that_it_came_back_and_not_by_whom(reviewer: Any) -> None:
    case, before = builders.case(), set(Entry.objects.values_list("pk", flat=True))
    actions.pass_on(reviewer, case=case)
    [entry] = Entry.objects.exclude(pk__in=before)
    assert (entry.event, entry.subject_id, entry.details) == ("case:returned", case.ref, {})
    assert (entry.actor_kind, entry.actor_id) == ("krama", "collector")


def test_a_trail_that_names_who_passed_on_is_seen_red(reviewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(_actor: object, event: Event, **about: Any) -> Entry:
        return record(reviewer, event, **about)

    monkeypatch.setattr(actions_giving, "record", told)
    actions.pass_on(reviewer, case=builders.case())
    assert Entry.objects.filter(event="case:returned", actor_id=reviewer.actor_id).exists()


def test_twice_is_once(reviewer: Any) -> None:
    case = builders.case()
    actions.pass_on(reviewer, case=case)
    actions.pass_on(reviewer, case=case)
    assert PassedOn.objects.count() == 1
    assert Entry.objects.filter(event="case:returned").count() == 1


def test_one_button_and_no_field_on_the_page(reviewer: Any) -> None:
    case, client = builders.case(), Client()
    client.force_login(reviewer)
    page = client.get(f"/cases/{case.ref}").content.decode()
    form = page.partition(f'action="/cases/{case.ref}/pass-on"')[2].partition("</form>")[0]
    assert form.count("<button") == 1
    assert form.count("<input") == 1, "the token alone"
    assert "<textarea" not in form
    answer = client.post(f"/cases/{case.ref}/pass-on", {"reason": "sent by somebody's script"})
    assert answer["Location"] == "/today"
    assert PassedOn.objects.filter(case=case).count() == 1
    assert "You passed this case on" in client.get(f"/cases/{case.ref}").content.decode()


def test_whoever_wants_it_back_has_it_back(reviewer: Any) -> None:
    case = builders.case()
    actions.pass_on(reviewer, case=case)
    actions.take_anyway(reviewer, case=case)
    assert list(given_to(reviewer, Case.objects.all())) == [case]


def test_it_does_not_come_back_by_another_name(reviewer: Any) -> None:
    case, other, whole = builders.case(account="one"), builders.case(), builders.case("more", account="one")
    assert whole == case
    part = split(reviewer, case=case, items=builders.items(case)[:1], reason="Another matter.", by="Sokha")
    actions.pass_on(reviewer, case=case)
    assert given_to(reviewer, Case.objects.filter(pk=part.pk)).count() == 0
    merge(builders.person("lead"), case=case, into=other, reason="One matter.", by="Sokha")
    assert given_to(reviewer, Case.objects.filter(pk=other.pk)).count() == 0
    actions.take_anyway(reviewer, case=other)
    assert given_to(reviewer, Case.objects.filter(pk=other.pk)).count() == 1


def test_only_what_is_there_and_open_is_passed_on(reviewer: Any) -> None:
    for role in ("lead", "officer"):
        builders.person(role)
    case = builders.case(code="A1")  # restricted: not there for this reviewer
    with pytest.raises(NotFound):
        actions.pass_on(reviewer, case=case)
    for role in ("auditor", "administrator"):
        with pytest.raises(NotFound):
            actions.pass_on(builders.person(role), case=builders.case())
    closed = builders.case()
    builders.decision(closed)
    with pytest.raises(Conflict):
        actions.pass_on(reviewer, case=closed)


def test_a_case_that_everybody_passed_on_is_an_alarm_for_whoever_assigns(reviewer: Any) -> None:
    lead, case = builders.person("lead"), builders.case()
    actions.pass_on(reviewer, case=case)
    assert not queries.waiting_for_nobody(lead)
    actions.pass_on(lead, case=case)
    assert queries.waiting_for_nobody(lead) == [case]
    [alarm] = [one for one in state.alarms(lead) if "given to nobody" in one["text"]]
    assert alarm["url"] == f"/cases/{case.ref}"
    builders.person("officer")
    assert not queries.waiting_for_nobody(lead)

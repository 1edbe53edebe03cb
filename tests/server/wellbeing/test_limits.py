# SPDX-License-Identifier: Apache-2.0
"""A day has an end and the gravest a break; what was begun may be finished, an emergency is asked, never blocked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from krama.errors import BadInput, NotAllowed
from krama.server.cases.giving import may_take
from krama.server.cases.models import Case
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.models import Care, Exposure, Watch
from krama.server.wellbeing.whose import choices_of
from tests.server import builders
from tests.server.wellbeing.hours import later, work

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lead() -> Any:
    return builders.person("lead")


def grave() -> Case:
    case: Case = builders.case(code="A1")
    assert case.severity == "critical"
    return case


def code_of(person: Any, case: Case) -> str:
    said = may_take(person, case)
    return said.code if said else ""


def spend(person: Any, minutes: int) -> Case:
    """So much of the day is gone, on a case that is begun."""
    case: Case = builders.case()
    actions.note(person, case=case)
    Exposure.objects.filter(case=case).update(seconds=minutes * 60)
    return case


def test_after_four_hours_the_next_case_waits_and_what_was_begun_may_be_finished(lead: Any) -> None:
    begun, next_one = spend(lead, 239), builders.case()
    assert code_of(lead, next_one) == ""
    Exposure.objects.update(seconds=240 * 60)
    said = may_take(lead, next_one)
    assert said is not None
    assert (said.code, said.asks) == ("limit", False)
    assert code_of(lead, begun) == ""


def test_an_emergency_asks_and_the_person_decides(lead: Any) -> None:
    spend(lead, 300)
    case, client = builders.case(), Client()
    Case.objects.filter(pk=case.pk).update(is_emergency=True)
    client.force_login(lead)
    page = client.get(f"/cases/{case.ref}").content.decode()
    assert "If you can, take it" in page
    assert "What is known" not in page
    assert client.post(f"/cases/{case.ref}/anyway").status_code == 302
    assert "What is known" in client.get(f"/cases/{case.ref}").content.decode()


def test_no_click_opens_what_waits_until_tomorrow(lead: Any) -> None:
    spend(lead, 300)
    case, client = builders.case(), Client()
    client.force_login(lead)
    client.post(f"/cases/{case.ref}/anyway")
    page = client.get(f"/cases/{case.ref}").content.decode()
    assert "long enough today" in page
    assert "/anyway" not in page
    answer = client.post(f"/cases/{case.ref}/decision", {"outcome": "dismiss", "reason": "x", "items": "x"})
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == "open"


def test_a_person_may_choose_a_lower_limit_and_no_higher_one(lead: Any) -> None:
    actions.choose(lead, minutes=60, kinds=[])
    spend(lead, 61)
    assert code_of(lead, builders.case()) == "limit"
    for wrong in (241, 14, 0, -5):
        with pytest.raises(BadInput):
            actions.choose(lead, minutes=wrong, kinds=[])
    assert choices_of(lead).minutes == 60


def test_a_firm_that_lowers_its_limit_lowers_it_for_whoever_chose_a_higher_one(lead: Any) -> None:
    actions.choose(lead, minutes=200, kinds=[])
    actions.set_care(builders.person("administrator"), row=Care(daily_minutes=120))
    assert queries.day_of(lead).limit == 120


@pytest.mark.parametrize("role", ["reviewer", "lead", "officer", "auditor"])
def test_only_an_administrator_sets_the_limit_of_the_firm(role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.set_care(builders.person(role), row=Care(daily_minutes=480))


def test_after_fifty_minutes_of_the_gravest_a_break_is_offered_later_it_must_be(lead: Any) -> None:
    case, next_one = grave(), builders.case()
    work(lead, case, 45)
    assert not queries.day_of(lead).offer
    work(lead, case, 5)
    assert (queries.day_of(lead).offer, queries.day_of(lead).must) == (True, False)
    assert code_of(lead, next_one) == ""
    work(lead, case, 25)
    assert code_of(lead, next_one) == "break"
    assert code_of(lead, case) == "", "what was begun may be finished"


def test_what_is_not_grave_asks_for_no_break(lead: Any) -> None:
    work(lead, builders.case(), 90)
    assert not queries.day_of(lead).offer


def test_a_break_ends_it_and_one_that_is_cut_short_does_not(lead: Any) -> None:
    work(lead, grave(), 80)
    actions.rest(lead)
    assert code_of(lead, builders.case()) == "resting"
    later(lead, 5)
    actions.end_rest(lead)
    assert code_of(lead, builders.case()) == "break"
    actions.rest(lead)
    later(lead, 10)
    assert code_of(lead, builders.case()) == ""
    assert queries.day_of(lead).grave_minutes == 0


def test_whoever_does_nothing_for_long_has_rested(lead: Any) -> None:
    work(lead, grave(), 80)
    later(lead, 19)
    assert code_of(lead, builders.case()) == "break", "ten minutes of reading, nine of a break"
    later(lead, 1)
    assert code_of(lead, builders.case()) == ""


def test_a_break_may_be_left_for_an_emergency(lead: Any) -> None:
    work(lead, grave(), 80)
    case = builders.case()
    Case.objects.filter(pk=case.pk).update(is_emergency=True)
    case.refresh_from_db()
    said = may_take(lead, case)
    assert said is not None
    assert said.asks


def test_the_case_page_and_today_offer_it_kindly(lead: Any) -> None:
    case, client = grave(), Client()
    work(lead, case, 55)
    client.force_login(lead)
    for path in (f"/cases/{case.ref}", "/today"):
        assert "A break would do you good" in client.get(path).content.decode()
    assert client.post("/for-you/break").status_code == 302
    assert "You are taking a break until" in client.get("/for-you").content.decode()


def test_what_was_begun_before_midnight_may_be_finished_after_it() -> None:
    person, case = builders.person(), grave()
    actions.note(person, case=case, items=1)
    Watch.objects.update(grave_seconds=9 * 3600)
    assert code_of(person, case) == ""
    Exposure.objects.update(on=timezone.localdate() - timedelta(days=1))
    assert code_of(person, case) == ""
    assert code_of(person, builders.case("another", code="A1")) == "break"

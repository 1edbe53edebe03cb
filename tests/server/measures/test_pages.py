# SPDX-License-Identifier: Apache-2.0
"""The page on who does what, what stands on Today, and the choice on the decision form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from krama.server.cases.models import Decision
from krama.server.measures import actions, actions_ways
from krama.server.measures.models import HandTask, Measure, Way
from krama.server.outbox import loop
from krama.server.trail.actor import TERMINAL
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def browser(role: str) -> tuple[Client, Any]:
    person, client = builders.person(role), Client(headers={"Host": "localhost", "Accept-Language": "en"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, person


def test_the_officer_chooses_who_does_it_and_the_page_says_who_cannot() -> None:
    client, _ = browser("officer")
    page = client.get("/measures").content.decode()
    assert "no system is connected" in page
    assert "nobody does it" in page
    assert client.post("/measures/ways/suspend", {"adapter": "by-hand"}).status_code == 302
    assert Way.objects.get().adapter == "by-hand"
    assert "can be done" in client.get("/measures").content.decode()


@pytest.mark.parametrize(("kind", "adapter", "status"), [("suspend", "pigeon", 422), ("paint", "webhook", 404)])
def test_what_there_is_not_cannot_be_chosen(kind: str, adapter: str, status: int) -> None:
    assert browser("officer")[0].post(f"/measures/ways/{kind}", {"adapter": adapter}).status_code == status


def test_what_is_done_by_hand_stands_on_today_until_it_is_said() -> None:
    actions_ways.choose_way(TERMINAL, kind="remove", adapter="by-hand")
    client, _ = browser("reviewer")
    measure = builders.measure()
    loop.go_round()
    task = HandTask.objects.get()
    assert f"/by-hand/{task.pk}" in client.get("/today").content.decode()
    client.post(f"/by-hand/{task.pk}", {})
    assert HandTask.objects.get().said == ""
    client.post(f"/by-hand/{task.pk}", {"well": "yes"})
    measure.refresh_from_db()
    assert measure.state == "done"
    assert "/by-hand/" not in client.get("/today").content.decode()
    assert client.post(f"/by-hand/{task.pk}", {"well": "no"}).status_code == 404


@pytest.mark.parametrize(("well", "says"), [("yes", "Done, as a person says"), ("no", "A person could not do it")])
def test_the_case_says_whose_word_it_is(well: str, says: str) -> None:
    actions_ways.choose_way(TERMINAL, kind="remove", adapter="by-hand")
    client, _ = browser("reviewer")
    measure = builders.measure()
    loop.go_round()
    client.post(f"/by-hand/{HandTask.objects.get().pk}", {"well": well})
    page = client.get(f"/cases/{measure.item.case.ref}").content.decode()
    assert says in page
    assert "by the firm’s system" not in page
    assert "The firm’s system could not" not in page


def test_of_a_case_that_one_may_not_see_there_is_no_task_and_nothing_to_order() -> None:
    actions_ways.choose_way(TERMINAL, kind="remove", adapter="by-hand")
    measure = builders.measure()
    loop.go_round()
    case = measure.item.case
    case.sensitivity = "sealed"
    case.save()
    builders.person("officer")  # where there is none, the reviewers keep the case
    client, _ = browser("reviewer")
    assert "/by-hand/" not in client.get("/today").content.decode()
    assert client.post(f"/by-hand/{HandTask.objects.get().pk}", {"well": "yes"}).status_code == 404
    assert client.post(f"/measures/{measure.pk}/again").status_code == 404


def test_what_failed_is_ordered_again_from_the_case() -> None:
    builders.webhook()
    measure = builders.measure()
    actions.confirm(TERMINAL, measure_id=measure.pk, state="failed")
    client, _ = browser("reviewer")
    page = client.get(f"/cases/{measure.item.case.ref}").content.decode()
    assert f"/measures/{measure.pk}/again" in page
    client.post(f"/measures/{measure.pk}/again")
    client.post(f"/measures/{measure.pk}/again")  # a second click orders nothing more
    assert sorted(Measure.objects.values_list("attempt", "state")) == [(1, "overtaken"), (2, "ordered")]


def test_the_form_says_what_nobody_can_do_and_takes_what_was_chosen() -> None:
    builders.webhook()
    actions_ways.choose_way(TERMINAL, kind="warn", adapter="webhook")
    case = builders.case(account="a")
    client, _ = browser("reviewer")
    page = client.get(f"/cases/{case.ref}").content.decode()
    assert page.count("Nobody here can do this yet") == 4
    said = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "items": builders.items(case), "also": ["warn"]}
    assert client.post(f"/cases/{case.ref}/decision", said).status_code == 422
    assert client.post(f"/cases/{case.ref}/decision", said | {"layer": "policy"}).status_code == 302
    assert [one.kind for one in Decision.objects.get().wanted.all()] == ["warn"]


def test_the_api_takes_the_choice_and_the_answer_to_a_check() -> None:
    builders.webhook()
    case = builders.case(account="a")
    _key, secret = builders.key("cases:decide", "measures:confirm")
    said = {"outcome": "confirm", "layer": "law", "reason": "x", "items": builders.items(case), "decided_by": "S"}
    api = builders.api(secret, **{"Idempotency-Key": "k-1"})
    address = f"/api/v1/cases/{case.ref}/decision"
    assert api.post(address, said | {"also": ["warn"]}, content_type="application/json").status_code == 422
    assert api.post(address, said | {"also": ["suspend"]}, content_type="application/json").status_code == 200
    loop.go_round()
    measure = Measure.objects.get(kind="remove")
    actions.confirm(TERMINAL, measure_id=measure.pk, state="done")
    answer = api.post(f"/api/v1/measures/{measure.pk}/check", {"state": "gone"}, content_type="application/json")
    assert answer.json()["check"] == "gone"


def test_the_page_of_the_api_knows_both_answers() -> None:
    page = builders.api().get("/api/docs", headers={"Accept-Language": "en"}).content.decode()
    assert "/measures/{measure_id}/confirmation" in page
    assert "/measures/{measure_id}/check" in page

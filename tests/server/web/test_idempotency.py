# SPDX-License-Identifier: Apache-2.0
"""A request that is sent again is answered again, and acted on once: also when both come at one moment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Decision
from krama.server.web.models import Answer
from tests.server import builders
from tests.server.nursery import Nursery

OPEN = "SELECT ref, cases_item.id FROM cases_item JOIN cases_case ON case_id = cases_case.id"


def body_of(case: Case, **changes: Any) -> str:
    items = [str(item) for item in case.items.values_list("pk", flat=True)]
    asked = {"outcome": "confirm", "layer": "law", "reason": "Compared.", "items": items, "decided_by": "u-7"}
    return json.dumps(asked | changes)


def send(client: Client, case: Case, key: str | None = "k-1", **changes: Any) -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    path = f"/api/v1/cases/{case.ref}/decision"
    return client.post(path, body_of(case, **changes), content_type="application/json", headers=headers)


@pytest.fixture
def console(db: None) -> Client:
    _key, secret = builders.key("cases:decide", "cases:read")
    client: Client = builders.api(secret)
    return client


def test_the_same_request_gets_the_same_answer_and_acts_once(console: Client) -> None:
    case = builders.case()
    first, again = send(console, case), send(console, case)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Decision.objects.count() == Answer.objects.count() == 1


def test_another_payload_under_the_same_key_is_refused(console: Client) -> None:
    case = builders.case()
    send(console, case)
    answer = send(console, case, outcome="dismiss")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:krama:problem:idempotency_key_reused")
    assert Decision.objects.get().outcome == "confirm"


def test_the_same_key_for_another_case_is_refused(console: Client) -> None:
    one, other = builders.case(), builders.case()
    send(console, one)
    assert send(console, other).status_code == 422


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_nothing_is_decided(console: Client, key: str | None) -> None:
    answer = send(console, builders.case(), key=key)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:krama:problem:idempotency_key_missing")
    assert not Decision.objects.exists()


def test_a_key_that_is_too_long_is_refused(console: Client) -> None:
    assert send(console, builders.case(), key="k" * 256).status_code == 422
    assert not Decision.objects.exists()


def test_what_failed_is_not_remembered(console: Client) -> None:
    """After a 409 the same key may be used for the request put right."""
    case = builders.case("a", account="one")
    seen = [str(item) for item in builders.items(case)]
    builders.detection("b", account="one")
    collect()
    assert send(console, case, items=seen).status_code == 409
    assert not Answer.objects.exists()
    assert send(console, case).status_code == 200


def test_two_callers_may_use_the_same_key(console: Client) -> None:
    _key, secret = builders.key("cases:decide")
    assert send(console, builders.case()).status_code == 200
    assert send(builders.api(secret), builders.case()).status_code == 200


def test_the_key_of_the_machine_stands_beside_who_decided(console: Client) -> None:
    send(console, builders.case())
    assert Decision.objects.get().decided_by == "u-7 (Our app)"


@pytest.mark.database
def test_two_processes_sending_it_at_one_moment_get_one_answer(nursery: Nursery) -> None:
    (secret,) = nursery.run(("add_key", {"scopes": ["cases:decide"]}))
    nursery.run(("scan_some", {"count": 8}))
    nursery.run(("collect_all", {}))
    for ref, item in nursery.house.sql(OPEN):
        body = {"outcome": "dismiss", "reason": "Seen.", "items": [str(item)], "decided_by": "u-7"}
        ask = ("decide_by_api", {"ref": ref, "secret": secret, "key": f"k-{ref}", "body": body})
        (status, first), (other_status, other) = nursery.run(ask, ask)
        assert (status, other_status) == (200, 200), (first, other)
        assert first == other
    assert nursery.house.one("SELECT count(*) FROM cases_decision") == 8


@pytest.mark.database
def test_two_processes_with_different_decisions_make_one(nursery: Nursery) -> None:
    (secret,) = nursery.run(("add_key", {"scopes": ["cases:decide"]}))
    nursery.run(("scan_some", {"count": 1}))
    nursery.run(("collect_all", {}))
    ((ref, item),) = nursery.house.sql(OPEN)
    body = {"outcome": "dismiss", "reason": "Seen.", "items": [str(item)], "decided_by": "u-7"}
    asks = [("decide_by_api", {"ref": ref, "secret": secret, "key": f"k-{n}", "body": body}) for n in range(3)]
    statuses = sorted(status for status, _ in nursery.run(*asks))
    assert statuses == [200, 409, 409]

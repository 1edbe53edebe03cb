# SPDX-License-Identifier: Apache-2.0
"""The page of the rules: read in words, tried on the past month, then put in force; a mistake changes nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from krama.server.cases import triage
from krama.server.cases.actions import sight as actions_sight
from krama.server.cases.models import RuleBook
from krama.triage.load import SHIPPED
from tests.server import builders

pytestmark = pytest.mark.django_db
SECOND = SHIPPED.read_text("utf-8").replace("version: 1", "version: 2", 1)
GRAVER = SECOND.replace(
    "when: {kind: [known-material]}\n    priority: high", "when: {kind: [known-material]}\n    priority: critical"
)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    triage.of_number.cache_clear()


def at_desk(role: str = "officer") -> tuple[Client, object]:
    person, client = builders.person(role), Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client, person


def test_the_rules_are_read_in_words() -> None:
    client, _ = at_desk("reviewer")
    page = client.get("/rules").content.decode()
    assert "A child may be in danger now." in page
    assert "Version 1 is in force" in page
    assert "<textarea" not in page, "who may not change them gets no file to change"


def test_other_rules_are_tried_first_and_change_nothing() -> None:
    case = builders.case()
    client, _ = at_desk()
    page = client.post("/rules/check", {"text": GRAVER.replace("\n", "\r\n")}).content.decode()
    assert "Of 1 items of the past 30 days it would sort 1 otherwise." in page
    assert case.ref in page
    assert not RuleBook.objects.exists()


def test_a_case_that_the_reader_is_kept_out_of_is_neither_counted_nor_named() -> None:
    case = builders.case()
    client, person = at_desk("lead")
    actions_sight.declare(person, case=case, ground="friend")  # type: ignore[arg-type]
    page = client.post("/rules/check", {"text": GRAVER}).content.decode()
    assert "Of 0 items of the past 30 days it would sort 0 otherwise." in page
    assert case.ref not in page


def test_they_are_put_in_force() -> None:
    client, _ = at_desk()
    assert client.post("/rules/load", {"text": GRAVER}).status_code == 302
    assert triage.rules().version == 2
    assert "Version 2 is in force" in client.get("/rules").content.decode()


@pytest.mark.parametrize("way", ["check", "load"])
def test_a_mistake_is_named_with_its_line_and_the_last_good_ones_stay(way: str) -> None:
    client, _ = at_desk()
    answer = client.post(f"/rules/{way}", {"text": SECOND.replace("priority: low", "priority: lowest", 1)})
    assert answer.status_code == 422
    line = SECOND.splitlines().index("  - id: test") + 1
    assert f"line {line}:" in answer.content.decode()
    assert triage.rules().version == 1


def test_the_same_version_again_is_refused() -> None:
    client, _ = at_desk()
    answer = client.post("/rules/load", {"text": SHIPPED.read_text("utf-8")})
    assert answer.status_code == 422
    assert "higher" in answer.content.decode()

# SPDX-License-Identifier: Apache-2.0
"""What a gate found comes out of its JSON as it went in, and nothing else is taken for it."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from krama.errors import BadInput
from krama.scanning import ContentFacts, Match, Verdict
from krama.scanning.found import MOST_TOLD, Found, found_in
from krama.signals import Action, SeverityCode, SignalType

AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
CODE = SeverityCode("Industry Classification System", "2022", "B1")


def match(number: int = 0, action: Action = Action.BLOCK) -> Match:
    return Match("Known", SignalType.PDQ, f"{number:064x}", 3, ("demo",), action, CODE, "s-1")


def found(*matches: Match) -> Found:
    facts = ContentFacts(sha256="a" * 64, pdq="b" * 64, pdq_quality=90, media_type="image/jpeg", width=9, height=7)
    verdict = Verdict(str(uuid.uuid4()), "block", "match", None, matches, facts, "v1", 1.5, ("http://a.example/",))
    return Found(verdict, AT, {"content_id": "p-1"}, "App")


def test_it_comes_out_as_it_went_in() -> None:
    one = found(match())
    assert found_in(json.loads(json.dumps(one.to_json()))) == one


def test_of_hundreds_of_matches_those_that_decide_are_told() -> None:
    many = [match(number, Action.OBSERVE) for number in range(1, 400)]
    told = found(*many, match(0)).to_json()["matches"]
    assert (len(told), told[0]["action"]) == (MOST_TOLD, "block")


def test_its_repr_shows_no_id() -> None:
    assert "p-1" not in repr(found(match()))
    assert "a.example" not in repr(found(match()))


@pytest.mark.parametrize(
    "changed",
    [
        {"scan_id": "x"},
        {"at": "2026-11-27T09:30:00"},
        {"at": 7},
        {"verdict": "remove"},
        {"reason": "because"},
        {"matches": "x"},
        {"matches": [{}]},
        {"content": {}},
        {"content": None},
        {"took_ms": float("nan")},
        {"took_ms": "soon"},
        {"addresses": [7]},
        {"context": {"a": "x" * 201}},
        {"context": {"a": "\x00"}},
        {"key_name": "k" * 121},
        {"snapshot": "s" * 65},
    ],
)
def test_what_is_not_of_the_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        found_in(found(match()).to_json() | changed)


@pytest.mark.parametrize("said", [None, [], "x", 7, {}])
def test_what_is_no_detection_at_all_is_refused(said: Any) -> None:
    with pytest.raises(BadInput):
        found_in(said)

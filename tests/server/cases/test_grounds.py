# SPDX-License-Identifier: Apache-2.0
"""On what a decision rests: law and rule, facts, and that a machine may find but never decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from krama.errors import BadInput
from krama.server.cases.actions.decide import decide
from krama.server.cases.actions.grounds import Said
from krama.server.cases.erasure import erase
from krama.server.cases.models import Decision, Grounds
from krama.server.cases.queries.case import grounds_of
from krama.server.countries.queries import pack
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LAW = "trafficking-2008"


def send(said: Said, **changes: Any) -> Decision:
    case = builders.case()
    asked = {"outcome": "confirm", "layer": "law", "reason": "Compared.", "decided_by": "Sokha"} | changes
    return decide(builders.person(), ref=case.ref, items=builders.items(case), said=said, **asked)


def test_law_rule_and_facts_are_kept_and_the_words_sealed() -> None:
    made = send(Said(LAW, "the article on producing it", "The same hash on two lists."))
    row = Grounds.objects.get(decision=made)
    assert (row.law, row.found_by_automation, row.decided_by_automation) == (LAW, True, False)
    assert grounds_of(made) == ("the article on producing it", "The same hash on two lists.")
    assert b"article" not in bytes(row.sealed_rule or b"")
    assert b"hash" not in bytes(row.sealed_facts or b"")


def test_whoever_says_no_more_still_leaves_who_found_and_who_decided() -> None:
    row = Grounds.objects.get(decision=send(Said()))
    assert (row.law, row.sealed_rule, row.sealed_facts, row.found_by_automation) == ("", None, None, True)


def test_the_database_refuses_that_a_machine_decided() -> None:
    made = send(Said())
    with pytest.raises(IntegrityError), transaction.atomic():
        Grounds.objects.filter(decision=made).update(decided_by_automation=True)


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (Said("no-such-law"), {}),
        (Said(LAW), {"layer": "policy"}),
        (Said(LAW), {"outcome": "dismiss"}),
        (Said(rule="x" * 301), {}),
        (Said(facts="\x00"), {}),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(said: Said, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        send(said, **changes)
    assert not Decision.objects.exists()


def test_the_api_takes_them_and_does_without() -> None:
    assert LAW in {law.id for law in pack().laws}
    _key, secret = builders.key("cases:decide")
    for more in ({}, {"law": LAW, "rule": "An article.", "facts": "Two lists."}):
        case = builders.case()
        items = [str(one) for one in builders.items(case)]
        body = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "items": items, "decided_by": "Sokha"}
        client = builders.api(secret, **{"Idempotency-Key": case.ref})
        path = f"/api/v1/cases/{case.ref}/decision"
        assert client.post(path, body | more, content_type="application/json").status_code == 200
        assert Grounds.objects.get(decision__case=case).law == more.get("law", "")


def test_words_go_with_the_compartment() -> None:
    made = send(Said(LAW, "An article.", "Two lists."))
    assert made.case.compartment_id
    erase(made.case.compartment_id)
    assert grounds_of(Decision.objects.get()) == ("", "")
    assert Grounds.objects.get().law == LAW

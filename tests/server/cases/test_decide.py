# SPDX-License-Identifier: Apache-2.0
"""A decision covers exactly what the person saw: all of it or nothing is written."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from krama.errors import BadInput, NotFound
from krama.server.cases.actions.decide import AlreadyDecided, SomethingNew, decide
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Decision, Item, OpenKey
from krama.server.cases.queries.case import reason_of
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db


def send(case: Case, **changes: Any) -> Decision:
    asked: dict[str, Any] = {
        "ref": case.ref, "outcome": "confirm", "layer": "law", "reason": "Compared.",
        "items": builders.items(case), "decided_by": "Sokha",
    }  # fmt: skip
    return decide(builders.person(), **asked | changes)


def nothing_was_written(case: Case) -> bool:
    untouched = Case.objects.get(pk=case.pk).state == "open" and OpenKey.objects.filter(case=case).exists()
    return untouched and not Decision.objects.exists() and not Entry.objects.filter(event="case:decided").exists()


def test_a_decision_closes_the_case_and_says_who_and_why() -> None:
    case = builders.case("a", account="one")
    made = send(case)
    case.refresh_from_db()
    assert (case.state, case.closed_at is not None) == ("closed", True)
    assert (made.outcome, made.layer, reason_of(made), made.decided_by) == ("confirm", "law", "Compared.", "Sokha")
    assert [item.decision for item in case.items.all()] == [made]
    assert not OpenKey.objects.exists()
    events = Entry.objects.filter(subject_id=case.ref).values_list("event", flat=True)
    assert {"case:decided", "case:closed"} <= set(events)


def test_the_actor_of_the_entry_is_who_decided() -> None:
    made = send(builders.case())
    entry = Entry.objects.get(event="case:decided")
    assert (entry.actor_kind, entry.actor_id) == ("person", made.actor_id)


def test_what_joined_meanwhile_is_not_decided_unseen() -> None:
    case = builders.case("a", account="one")
    seen = builders.items(case)
    builders.detection("b", account="one")
    collect()
    with pytest.raises(SomethingNew) as caught:
        send(case, items=seen)
    new = Item.objects.filter(case=case).exclude(pk__in=seen).get()
    assert caught.value.fields["items"] == [str(new.pk)]
    assert nothing_was_written(case)


def test_what_was_decided_already_stays_so() -> None:
    case = builders.case()
    items = builders.items(case)
    first = send(case)
    with pytest.raises(AlreadyDecided):
        send(case, items=items, outcome="dismiss")
    assert Decision.objects.get() == first


def test_an_item_of_another_case_is_refused() -> None:
    case, other = builders.case("a"), builders.case("b")
    with pytest.raises(BadInput, match=f"is not part of case {case.ref}"):
        send(case, items=[*builders.items(case), *builders.items(other)])
    assert nothing_was_written(case)
    assert nothing_was_written(other)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layer": ""}, "To confirm, `layer` says on what ground"),
        ({"layer": "both"}, "To confirm, `layer` says on what ground"),
        ({"outcome": "maybe"}, "`outcome` is one of confirm, dismiss"),
        ({"reason": "  "}, "Give a `reason`"),
        ({"items": []}, "`items` names the items"),
        ({"items": [uuid.UUID(int=1)]}, "is not part of case"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(changes: dict[str, Any], says: str) -> None:
    case = builders.case()
    with pytest.raises(BadInput, match=says):
        send(case, **changes)
    assert nothing_was_written(case)


def test_a_case_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        send(builders.case(), ref="C-NOSUCH")


def test_to_dismiss_no_layer_is_kept() -> None:
    """The two layers are grounds for acting; what is dismissed is neither illegal nor against the rules."""
    assert send(builders.case(), outcome="dismiss", layer="law").layer == ""


def test_the_key_s_name_is_never_cut_from_who_decided() -> None:
    from krama.server.cases.api import signed

    assert signed("Sokha" + " " * 115, "Our console") == "Sokha (Our console)"
    assert signed("x" * 120, "k" * 120).endswith(f" ({'k' * 60})")
    assert len(signed("x" * 120, "k" * 120)) == 120

# SPDX-License-Identifier: Apache-2.0
"""A case speaks of Account A; who opens it says what for and has it alone, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput, Conflict
from krama.server.accounts.second_factor import SecondFactor
from krama.server.compartments import queries
from krama.server.compartments.actions.identity import letter, name_them, open_identity, review
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.trail.actor import Machine
from krama.server.trail.leaf import plain_of
from krama.server.trail.models import Entry

pytestmark = pytest.mark.django_db
ONE, OTHER = Machine("one", "person"), Machine("other", "person")
SCOPE = "case:C-000001"
PROVEN = SecondFactor("one", "totp", timezone.now())


def face(hashed: str = "a" * 64) -> Pseudonym:
    return name_them(SCOPE, Pseudonym.Kind.ACCOUNT, [hashed])[hashed]


def letters(names: dict[str, Pseudonym]) -> dict[str, str]:
    return {hashed: name.letter for hashed, name in names.items()}


def test_letters_stay_with_whom_they_were_given_to() -> None:
    assert letters(name_them(SCOPE, Pseudonym.Kind.ACCOUNT, ["x", "y", "x"])) == {"x": "A", "y": "B"}
    assert letters(name_them(SCOPE, Pseudonym.Kind.ACCOUNT, ["z", "y"])) == {"x": "A", "y": "B", "z": "C"}


def test_the_same_account_has_another_letter_in_another_case() -> None:
    face("y")
    assert letters(name_them("case:C-000002", Pseudonym.Kind.ACCOUNT, ["x", "y"])) == {"x": "A", "y": "B"}


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_no_two_numbers_share_a_letter(one: int, other: int) -> None:
    assert (letter(one) == letter(other)) == (one == other)


def test_it_opens_for_this_person_for_a_quarter_of_an_hour() -> None:
    name, now = face(), timezone.now()
    open_identity(ONE, pseudonym=name, purpose="decide", second=PROVEN)
    assert list(queries.openings_of("one", SCOPE, now)) == [name.pk]
    assert queries.openings_of("other", SCOPE, now) == {}
    assert queries.openings_of("one", "case:C-000002", now) == {}
    assert queries.openings_of("one", SCOPE, now + timedelta(minutes=16)) == {}


def test_the_trail_says_who_and_what_for_and_not_whom() -> None:
    open_identity(ONE, pseudonym=face("h" * 64), purpose="refer", second=PROVEN)
    entry = Entry.objects.get(event="identity:opened")
    assert (entry.actor_id, entry.subject_id) == ("one", "C-000001")
    assert entry.details == {"purpose": "refer", "what": "account", "letter": "A"}
    assert "h" * 64 not in plain_of(entry)


@pytest.mark.parametrize("purpose", ["", "curious", "marketing"])
def test_there_is_no_purpose_but_child_protection(purpose: str) -> None:
    with pytest.raises(BadInput):
        open_identity(ONE, pseudonym=face(), purpose=purpose, second=PROVEN)
    assert not Opening.objects.exists()


def broken(purpose: str = "protect") -> Any:
    return open_identity(ONE, pseudonym=face(), purpose=purpose, second=PROVEN, emergency=True)


def test_broken_glass_is_an_alarm_until_another_person_reviews_it() -> None:
    opening = broken()
    assert list(queries.to_review()) == [opening]
    with pytest.raises(Conflict, match="their own"):
        review(ONE, opening=opening, was_right=True)
    review(OTHER, opening=opening, was_right=False)
    assert not queries.to_review().exists()
    with pytest.raises(Conflict, match="already"):
        review(OTHER, opening=opening, was_right=True)
    events = list(Entry.objects.order_by("at").values_list("event", flat=True))
    assert events == ["identity:emergency", "identity:reviewed"]


def test_glass_is_broken_to_protect_a_child_and_for_nothing_else() -> None:
    with pytest.raises(BadInput):
        broken("decide")


def test_the_daily_list_has_every_opening() -> None:
    open_identity(ONE, pseudonym=face(), purpose="decide", second=PROVEN)
    broken()
    since = timezone.now() - timedelta(days=1)
    assert [row.is_emergency for row in queries.openings_since(since)] == [True, False]

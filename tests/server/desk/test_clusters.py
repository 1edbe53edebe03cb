# SPDX-License-Identifier: Apache-2.0
"""On a case page what is nearly alike is one group, and what was said stands before what was found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from krama.server.cases.models import Item
from krama.server.desk.clusters import clusters
from krama.server.detections.models import Detection
from krama.server.intake.models import Report
from krama.server.lists.actions import save_list
from krama.server.lists.models import List
from krama.server.trail.actor import TERMINAL
from tests.server import builders

LOOK = 2**255


def found(look: int = 0, *, quality: int = 100, **hashes: str) -> Item:
    content: dict[str, Any] = {**hashes, "pdq_quality": quality}
    if look:
        content["pdq"] = f"{look:064x}"
    return Item(detection=Detection(content=content))


def flipped(bits: int) -> int:
    return int(LOOK ^ (2**bits - 1))


def test_pictures_within_31_bits_are_one_group_and_32_are_two() -> None:
    near, far = found(flipped(31)), found(flipped(32))
    first = found(LOOK)
    assert clusters([first, near, far]) == [[first, near], [far]]


def test_the_same_bytes_are_one_group_whatever_they_look_like() -> None:
    one, other, third = found(sha256="a"), found(sha256="a"), found(sha256="b")
    assert clusters([one, other, third]) == [[one, other], [third]]


def test_flat_pictures_look_alike_and_are_not() -> None:
    one, other = found(LOOK, quality=20), found(LOOK, quality=20)
    assert clusters([one, other]) == [[one], [other]]


def test_what_was_said_comes_first() -> None:
    picture, said = found(LOOK), Item(report=Report())
    assert clusters([picture, said]) == [[said], [picture]]


@given(st.lists(st.integers(min_value=1, max_value=2**256 - 1) | st.integers(0, 80).map(flipped), max_size=20))
def test_nothing_is_lost_or_shown_twice_and_all_in_a_group_is_near_what_is_shown(looks: list[int]) -> None:
    items = [found(look) for look in looks]
    groups = clusters(items)
    assert sorted(map(id, items)) == sorted(id(item) for group in groups for item in group)
    for first, *more in groups:
        look = int(first.detection.content["pdq"], 16)  # type: ignore[union-attr]
        for item in more:
            assert (look ^ int(item.detection.content["pdq"], 16)).bit_count() <= 31  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_page_shows_one_says_how_many_more_and_decides_on_all() -> None:
    case = builders.case("one", account="one account")
    for _more in range(2):
        builders.case("one", account="one account")
    case.refresh_from_db()
    assert case.items.count() == 3
    client = Client()
    client.force_login(builders.person("lead"))
    page = client.get(f"/cases/{case.ref}").content.decode()
    assert "2 more that are the same or nearly so" in page
    assert page.count('<input type="hidden" name="items"') == 3
    assert "Decide on these 3 items" in page


@pytest.mark.django_db
def test_in_place_of_the_picture_stands_what_a_person_decides_from() -> None:
    save_list(TERMINAL, row=List(name="Known", owner="A hotline", legal_basis="An agreement of 2026"))
    case, client = builders.case(code="B1"), Client()
    client.force_login(builders.person("lead"))
    page = client.get(f"/cases/{case.ref}").content.decode()
    for said in ("A hotline", "An agreement of 2026", "Child sexual abuse material", "B1", "Nobody needs to see it"):
        assert said in page
    assert "<img" not in page
    assert "<video" not in page

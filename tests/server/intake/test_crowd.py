# SPDX-License-Identifier: Apache-2.0
"""Rushes and overload: nobody is turned away for sharing an address, and what was typed stays when we cannot answer."""

from __future__ import annotations

import pytest

from krama.server.intake.crowd import MOST_REMEMBERED, Counter
from krama.server.intake.models import Part, Report
from krama.server.web.front import CROWDED
from tests.server.intake.visit import Visit

pytestmark = pytest.mark.django_db


def test_a_rush_has_one_id_and_another_place_is_none() -> None:
    counter = Counter(most=2, seconds=60)
    marks = [counter.over("one") for _ in range(4)]
    assert marks[:2] == [None, None]
    assert marks[2] == marks[3] is not None
    assert counter.over("two") is None


def test_after_the_window_it_counts_anew() -> None:
    counter = Counter(most=1, seconds=-1)
    assert [counter.over("one") for _ in range(3)] == [None, None, None]


def test_a_flood_from_everywhere_takes_no_more_memory_than_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_REMEMBERED < 100_000
    monkeypatch.setattr("krama.server.intake.crowd.MOST_REMEMBERED", 10)
    counter = Counter(most=1, seconds=60)
    for number in range(100):
        counter.over(str(number))
    assert len(counter._seen) <= 10


def test_nothing_of_an_address_can_be_read_in_what_is_remembered() -> None:
    counter = Counter(most=1, seconds=60)
    counter.over("203.0.113.7")
    assert "203.0.113.7" not in repr(counter._seen)


def test_in_a_crowd_the_page_keeps_the_words_and_stores_nothing() -> None:
    visit = Visit().send(topic="bullying")
    before = Report.objects.count()
    visit.client.defaults[CROWDED] = "yes"
    visit.send(answer="still here")
    assert (visit.status, "still here" in visit.page, "tel:1280" in visit.page) == (503, True, True)
    assert (Report.objects.count(), Part.objects.count()) == (before, 0)
    del visit.client.defaults[CROWDED]
    visit.send(answer="still here")
    assert Part.objects.count() == 1


def test_in_a_crowd_the_first_page_shows_numbers_and_other_pages_say_to_come_back() -> None:
    visit = Visit()
    visit.client.defaults[CROWDED] = "yes"
    visit.take(visit.client.get("/report?lang=en"))
    assert (visit.status, "tel:117" in visit.page) == (503, True)
    other = visit.client.get("/start")
    assert (other.status_code, other["Retry-After"]) == (503, "5")

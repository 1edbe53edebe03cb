# SPDX-License-Identifier: Apache-2.0
"""The page is its reader's alone: no address leads to anybody else's, and no other page says what it says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from krama.server.trail.models import Entry
from krama.server.wellbeing import actions, queries
from krama.server.wellbeing.models import Care
from krama.server.wellbeing.whose import choices_of
from tests.server import builders
from tests.server.wellbeing.hours import work

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OTHERS = ("lead", "officer", "auditor", "administrator")
PAGES = ("/for-you", "/today", "/cases", "/looks", "/confidential", "/trail", "/staff", "/care", "/guidelines/proofs")


def client_of(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def busy() -> Any:
    """A reviewer with 37 minutes behind them and choices of their own."""
    reviewer = builders.person("reviewer", name="Dara Chan")
    work(reviewer, builders.case(), 35)
    actions.choose(reviewer, minutes=177, kinds=["threat"])
    return reviewer


def test_a_reviewer_sees_their_own_day() -> None:
    page = client_of(busy()).get("/for-you").content.decode()
    assert "Cases were in front of you for 36 minutes." in page
    assert "The most for one day is 177." in page
    assert 'value="threat" id="id_kinds_3" checked' in page


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_finds_any_of_it_on_any_page(role: str) -> None:
    reviewer = busy()
    client = client_of(builders.person(role))
    for path in (*PAGES, f"/staff/{reviewer.pk}"):
        answer = client.get(path)
        said = answer.content.decode() if answer.status_code == 200 else ""
        assert "36 minutes" not in said, path
        assert not re.search(r"(?<![\w-])177(?![\w-])", said), path
    assert client.get("/for-you").status_code == (200 if role in ("lead", "officer") else 403)


def test_a_page_that_shows_somebody_elses_is_seen_red(monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer = busy()
    plain = queries.day_of
    monkeypatch.setattr(queries, "day_of", lambda _person: plain(reviewer))
    assert "36 minutes" in client_of(builders.person("lead")).get("/for-you").content.decode()


def test_no_address_of_this_room_takes_whose() -> None:
    ours = list(get_resolver("krama.server.wellbeing.urls").url_patterns)
    assert len(ours) == 5
    assert not any("<" in str(one.pattern) for one in ours)


def test_what_somebody_sends_for_another_is_kept_for_themselves() -> None:
    reviewer, lead = busy(), builders.person("lead")
    sent = {"minutes": "60", "kinds": ["saw"], "person": str(reviewer.pk), "whose": str(reviewer.pk)}
    assert client_of(lead).post("/for-you/choices", sent).status_code == 302
    assert choices_of(reviewer).minutes == 177
    assert choices_of(lead).minutes == 60


def test_a_limit_above_the_firms_is_sent_back() -> None:
    answer = client_of(builders.person()).post("/for-you/choices", {"minutes": "500"})
    assert answer.status_code == 422


def test_the_administrator_names_a_counsellor_and_the_trail_says_so() -> None:
    administrator, reviewer = builders.person("administrator"), client_of(builders.person())
    assert "Nobody is named yet" in reviewer.get("/for-you").content.decode()
    today = timezone.localdate()
    sent: dict[str, Any] = {
        "counsellor": "Somebody outside",
        "contact": "000 000 000",
        "verified_on": today.isoformat(),
        "daily_minutes": "240",
        "offer_minutes": "50",
        "must_minutes": "75",
        "break_minutes": "10",
    }
    client = client_of(administrator)
    assert client.post("/care", sent).status_code == 302
    assert "000 000 000" in reviewer.get("/for-you").content.decode()
    entry = Entry.objects.get(event="care:changed")
    assert entry.details["verified_on"] == today.isoformat()
    assert "000 000 000" not in str(entry.details)
    for wrong in (
        {"verified_on": (today + timedelta(days=2)).isoformat()},
        {"daily_minutes": "9000"},
        {"must_minutes": "20"},
        {"contact": ""},
    ):
        assert client.post("/care", sent | wrong).status_code == 422


def test_a_number_that_nobody_called_for_a_year_is_amber() -> None:
    row = Care(counsellor="Somebody outside", contact="000", verified_on=timezone.localdate() - timedelta(days=366))
    actions.set_care(builders.person("administrator"), row=row)
    assert "the number may be wrong" in client_of(builders.person()).get("/for-you").content.decode()
    assert "Call the number" in client_of(builders.person("administrator")).get("/care").content.decode()

# SPDX-License-Identifier: Apache-2.0
"""The telephone menu: no state, so a repeated call changes nothing; a report from the first thing that is chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.server.intake.doors.menu import walk
from krama.server.intake.models import Part, Report
from tests.server.intake.doors import PHONE, Phone, said

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_call_in_khmer_to_its_end() -> None:
    phone = Phone()
    assert phone.press("").startswith("CON Help for children. Free: 1280")
    assert Report.objects.count() == 0
    assert "គំរាម" in phone.press("2")
    assert phone.press("2*3").startswith("CON")
    assert (Report.objects.count(), Report.objects.get().topic) == (1, "threat")
    for text in ("2*3*2", "2*3*2*2"):
        assert phone.press(text).startswith("CON")
    last = phone.press("2*3*2*2*6")
    assert last.startswith("END")
    assert "1280" in last
    assert said() == {"who": "child", "back": "sms", "back-hour": "evening", "back-to": PHONE}
    assert (Report.objects.get().door, Report.objects.get().language) == ("ussd", "km")


@pytest.mark.parametrize("text", ["1", "2*1", "3*2*1", "3*2*2*1"])
def test_danger_at_any_screen_ends_with_the_numbers(text: str) -> None:
    reply = Phone().press(text)
    assert (reply.startswith("END"), "117" in reply, "1280" in reply) == (True, True, True)
    assert Report.objects.get().is_emergency


def test_every_screen_three_times_is_one_report_and_the_same_screen() -> None:
    phone = Phone()
    for text in ("", "3", "3*2", "3*2*2", "3*2*2*2", "3*2*2*2*3"):
        assert len({phone.press(text) for _ in range(3)}) == 1
    assert (Report.objects.count(), Part.objects.count()) == (1, 4)


def test_a_late_screen_takes_nothing_back() -> None:
    phone = Phone()
    phone.press("3*2*2*2*3")
    assert phone.press("3*2").startswith("CON")
    assert said()["back-hour"] == "morning"


def test_without_a_yes_no_number_is_kept() -> None:
    Phone().press("3*2*2*3")
    assert "back-to" not in said()


def test_a_wrong_key_shows_the_screen_again() -> None:
    phone = Phone()
    assert phone.press("3*9") == phone.press("3")
    assert phone.press("3*9*2") == phone.press("3*2")
    assert phone.press("៣*២").startswith("CON Who was hurt?")


def test_two_calls_are_two_reports() -> None:
    phone = Phone()
    phone.press("3*2", session="a")
    phone.press("3*2", session="b")
    assert Report.objects.count() == 2


def test_a_call_without_a_session_is_told_what_is_missing() -> None:
    response = Phone().client.post("/api/v1/gateway/ussd", {"text": "1"})
    assert (response.status_code, "sessionId" in response.json()["detail"]) == (422, True)


@given(st.text(alphabet="123456789*០១២ ab", max_size=80))
def test_more_keys_never_change_what_was_said(text: str) -> None:
    whole, begun = walk(text), walk(text.rpartition("*")[0])
    assert begun.topic in ("", whole.topic)
    assert begun.answers.items() <= whole.answers.items()
    assert not begun.in_danger or whole.in_danger

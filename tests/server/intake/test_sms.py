# SPDX-License-Identifier: Apache-2.0
"""A talk by SMS: a report from its first message, once however often the gateway sends it, and no number anywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from krama.errors import BadHome
from krama.server.accounts.models import Key
from krama.server.intake.actions import hear as talks
from krama.server.intake.actions.take import PUBLIC
from krama.server.intake.doors import gateway
from krama.server.intake.doors.gateway import Incoming
from krama.server.intake.models import Part, Report, Talk
from krama.server.trail.models import Entry
from tests.server.intake.doors import PHONE, Phone, said

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "គេគំរាមខ្ញុំ canary-0816"


def test_the_first_message_is_a_report_and_the_first_answer_names_who_helps() -> None:
    reply = Phone().send(WORDS)
    report = Report.objects.get()
    assert (report.door, report.topic, report.language) == ("sms", "other", "km")
    assert "1280" in reply
    assert said() == {"words": WORDS}


def test_a_whole_talk_has_at_most_five_answers_and_ends_with_deleting_them() -> None:
    phone = Phone()
    replies = [phone.send(text) for text in ("help me", "he has my pictures", "2", "1", "6", "and more", "still", "1")]
    told = [reply for reply in replies if reply]
    assert len(told) <= 5
    assert "Delete these messages." in replies[4]
    assert "117" in replies[3]
    report = Report.objects.get()
    assert (report.is_emergency, Part.objects.count()) == (True, 7)
    assert said() == {
        "words": "he has my pictures",
        "back": "sms",
        "back-to": PHONE,
        "back-hour": "evening",
        "more": "still",
    }


def test_the_number_is_kept_only_after_a_yes_and_then_sealed() -> None:
    phone = Phone()
    for text in (WORDS, "បាទ", "3"):
        phone.send(text)
    assert "back-to" not in said()
    assert everything().count(PHONE.encode()) == 0
    assert everything().count(PHONE.lstrip("+").encode()) == 0


def test_after_a_yes_the_number_lies_nowhere_in_clear() -> None:
    phone = Phone()
    for text in (WORDS, "more", "2", "2"):
        phone.send(text)
    assert (PHONE.lstrip("+").encode() in everything(), WORDS.encode() in everything()) == (False, False)
    assert said()["back-to"] == PHONE


def test_a_number_stored_in_clear_would_be_seen() -> None:
    Phone().send(WORDS)
    Talk.objects.update(heard=[PHONE])
    assert PHONE.lstrip("+").encode() in everything()


@pytest.mark.parametrize("with_id", [True, False])
def test_every_message_three_times_is_one_report_one_answer_and_the_same_reply(with_id: bool) -> None:
    phone = Phone()
    for number, text in enumerate(("help", "he threatens me", "2", "6")):
        replies = {phone.send(text, id=f"id{number}" if with_id else "") for _ in range(3)}
        assert len(replies) == 1
        assert replies != {""}
    assert (Report.objects.count(), Part.objects.count(), Talk.objects.get().told) == (1, 5, 4)
    assert Entry.objects.filter(event="report:taken").count() == 1


def test_repeats_that_were_not_told_apart_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "_known", lambda *args, **named: None)
    phone = Phone()
    assert len({phone.send("help", id="one") for _ in range(3)}) == 3


def test_the_same_words_a_while_later_are_said_again() -> None:
    phone = Phone()
    phone.send("help", id="")
    talk = Talk.objects.get()
    talk.heard = [[mark, reply, language, at - 61] for mark, reply, language, at in talk.heard]
    talk.save()
    phone.send("help", id="")
    assert Part.objects.filter(question="words").count() == 2


def test_an_id_that_comes_again_with_other_words_loses_none() -> None:
    phone = Phone()
    phone.send("one", id="7")
    phone.send("two", id="7")
    assert Part.objects.count() == 2


def test_a_late_repeat_after_the_talk_was_forgotten_is_no_second_report() -> None:
    phone = Phone()
    reply = phone.send("help", id="a")
    Talk.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert phone.send("help", id="a") == reply
    assert (Report.objects.count(), Talk.objects.count()) == (1, 0)
    phone.send("again", id="b")
    assert Report.objects.count() == 2


def test_a_talk_is_forgotten_after_a_day() -> None:
    Phone().send("help")
    assert talks.forget_old() == 0
    assert timedelta(hours=23) < Talk.objects.get().expires_at - timezone.now() <= timedelta(hours=24)
    Talk.objects.update(expires_at=timezone.now())
    assert (talks.forget_old(), Talk.objects.count(), Report.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize("word", ["STOP", "stop", "ឈប់", " Stop "])
def test_stop_ends_it_and_takes_a_yes_back(word: str) -> None:
    phone = Phone()
    for text in ("help", "words", "2", "2"):
        phone.send(text)
    phone.send(word)
    assert said()["back"] == "no"
    assert phone.send("hello?") == ""


def test_stop_from_somebody_unknown_leaves_nothing() -> None:
    assert "Delete" in Phone().send("STOP")
    assert (Report.objects.count(), Talk.objects.count()) == (0, 0)


@pytest.mark.parametrize("text", ["1", "១"])
def test_danger_is_a_number_and_marks_the_row(text: str) -> None:
    reply = Phone().send(text)
    report = Report.objects.get()
    assert (report.topic, report.is_emergency, "117" in reply, "1280" in reply) == ("danger", True, True, True)


def test_danger_is_answered_also_after_the_talk_ended() -> None:
    phone = Phone()
    for text in ("help", "words", "3"):
        phone.send(text)
    assert "117" in phone.send("1")
    assert Report.objects.get().is_emergency


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "\x00\x01"])
def test_an_empty_message_is_a_report_all_the_same(text: str) -> None:
    assert "1280" in Phone().send(text)
    assert (Report.objects.count(), Part.objects.count()) == (1, 0)


def test_a_picture_in_pieces_is_not_kept() -> None:
    phone = Phone()
    response = phone.client.get(
        f"/api/v1/gateway/sms?from=1&id=1&charset=binary&text={'%89PNG%0D%0A%1A%0A%00%ff%fe' * 5}"
    )
    assert response.status_code == 200
    assert (Report.objects.count(), Part.objects.count()) == (1, 0)


@pytest.mark.parametrize("charset", ["UTF-8", "UTF-16BE", "", "no-such-charset", "base64", "ASCII"])
def test_any_charset_is_read(charset: str) -> None:
    raw = WORDS.encode("utf-16-be" if charset == "UTF-16BE" else "utf-8")
    sent = "".join(f"%{byte:02x}" for byte in raw)
    response = Phone().client.get(f"/api/v1/gateway/sms?from=1&id=1&charset={charset}&text={sent}")
    assert (response.status_code, said()) == (200, {"words": WORDS})


@pytest.mark.parametrize("charset", ["UTF16-BE", "UCS-2", "ucs2", "utf-16-be"])
def test_wide_letters_under_the_names_that_gateways_give_them(charset: str) -> None:
    sent = "".join(f"%{byte:02x}" for byte in "help me".encode("utf-16-be"))
    Phone().client.get(f"/api/v1/gateway/sms?from=1&id=1&charset={charset}&text={sent}")
    assert said() == {"words": "help me"}


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    response = Phone().client.post("/api/v1/gateway/sms", {"from": "1", "text": "x" * 1_000_000})
    assert (response.status_code, response.json()["type"].rpartition(":")[2], Report.objects.count()) == (
        413,
        "too_large",
        0,
    )


def test_nothing_at_all_is_an_error_that_names_what_is_missing() -> None:
    response = Phone().client.get("/api/v1/gateway/sms")
    assert (response.status_code, "'from'" in response.json()["detail"]) == (422, True)


def test_a_message_without_a_number_is_still_a_report() -> None:
    Phone("").send(WORDS)
    assert (Report.objects.count(), Talk.objects.count()) == (1, 0)


@override_settings(KRAMA_GATEWAY="json", KRAMA_GATEWAY_FIELDS="from=msisdn,text=message")
def test_another_gateway_has_other_names_and_parts() -> None:
    body = json.dumps({"msisdn": PHONE, "message": WORDS, "id": 7})
    answer = Phone().client.post("/api/v1/gateway/sms", body, content_type="application/json").json()
    assert len(answer["messages"]) == 2
    assert all(len(part) <= 70 for part in answer["messages"])
    assert said() == {"words": WORDS}


@pytest.mark.parametrize("body", ["[]", "{", "null", '{"from": [1], "text": {}}', "[" * 5_000])
def test_json_that_says_nothing_is_refused(body: str) -> None:
    response = Phone().client.post("/api/v1/gateway/sms", body, content_type="application/json")
    assert response.status_code == 422


def test_more_parameters_than_any_gateway_sends_are_refused() -> None:
    response = Phone().client.get("/api/v1/gateway/sms?" + "&".join(f"a{n}=1" for n in range(60)))
    assert response.status_code == 422


def test_settings_that_name_nothing_stop_the_start() -> None:
    for preset, changed in (("nobody", ""), ("kannel", "form=x"), ("kannel", "from=")):
        with pytest.raises(BadHome):
            gateway.fields_of(preset, changed)


def test_a_khmer_answer_asks_kannel_for_ucs2() -> None:
    phone = Phone()
    response = phone.client.get("/api/v1/gateway/sms", {"from": "1", "text": WORDS})
    assert response["X-Kannel-Coding"] == "2"
    assert "X-Kannel-Coding" not in phone.client.get("/api/v1/gateway/sms", {"from": "2", "text": "help"})


def test_the_key_may_come_as_a_password() -> None:
    import base64

    phone = Phone()
    basic = base64.b64encode(b"kannel:krama_aabbccdd_secret").decode()
    named = {"from": "1", "text": "help"}
    assert (
        phone.client.get("/api/v1/gateway/sms", named, headers={"authorization": f"Basic {basic}"}).status_code == 200
    )
    for wrong in ("Basic !!", "Basic " + base64.b64encode(b"a:b").decode(), "Basic", "Bearer x"):
        assert phone.client.get("/api/v1/gateway/sms", named, headers={"authorization": wrong}).status_code == 401


@pytest.mark.parametrize("door", ["sms", "ussd"])
def test_another_key_brings_no_reports(door: str) -> None:
    phone = Phone()
    Key.objects.update(scopes=["scan", "cases:read"])
    assert phone.client.get(f"/api/v1/gateway/{door}?from=1&text=1&sessionId=1").status_code == 403
    Key.objects.update(scopes=["reports:gateway"], revoked_at=timezone.now())
    assert phone.client.get(f"/api/v1/gateway/{door}?from=1&text=1&sessionId=1").status_code == 401
    assert Report.objects.count() == 0


def test_a_talk_says_nothing_of_itself() -> None:
    assert "12345678" not in repr(Incoming(PHONE, WORDS, "1"))


class TestAnyTalk(TestCase):
    """Whatever is sent in whatever order, three times each: one report, five answers at most, nothing lost."""

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.sampled_from(["1", "2", "3", "6", "STOP", "help", "ជួយ", "", "more words"]), min_size=1, max_size=9)
    )
    def test_any_talk(self, texts: list[str]) -> None:
        heard = [
            {talks.hear(PUBLIC, incoming=Incoming("5", text, f"{number}")) for _ in range(3)}
            for number, text in enumerate(texts)
        ]
        started = [number for number, text in enumerate(texts) if text != "STOP"]
        assert all(len(replies) == 1 for replies in heard)
        assert Report.objects.count() == bool(started)
        if started:
            told = [replies for replies in heard[started[0] :] if replies != {""}]
            assert len(told) <= 5
            assert Report.objects.get().is_emergency == ("1" in texts)


def everything() -> bytes:
    """Every value of every table of this room, and of the trail."""
    found = b""
    with connection.cursor() as cursor:
        for table in ("intake_report", "intake_part", "intake_talk", "trail_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            found += b"\n".join(_bytes(value) for row in cursor.fetchall() for value in row)
    return found


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()

# SPDX-License-Identifier: Apache-2.0
"""What goes out by each channel, against real servers on this machine: reference, clock, link; and every failing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from krama.connectors.webhook import verify
from krama.errors import BadInput
from krama.server.callout import queries
from krama.server.callout.actions.tree import add_way, test_way
from krama.server.callout.channels import telegram
from krama.server.callout.channels.said import seconds_of
from krama.server.callout.channels.webhook import secret_of
from krama.server.callout.models import Call, Step, Way
from krama.server.callout.sealed import address_of
from krama.server.desk.state import alarms
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.callout.ground import TOKEN, Channels, Clock, emergency, rounds, tree

test_way.__test__ = False  # type: ignore[attr-defined]
pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "canary-0071 the words of a child"


def called(channels: Channels, channel: str, language: str = "en") -> Any:
    """One emergency, one person called by this channel."""
    tree(channels, [(builders.person("officer"), channel)], language=language)
    case = emergency(account="canary-account")
    rounds()
    return case


def test_a_mail(clock: Clock, channels: Channels) -> None:
    case = called(channels, "mail")
    (envelope,) = channels.mails
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == f"Emergency {case.ref}"
    said = mail.get_content().strip()
    assert said.startswith(f"EMERGENCY {case.ref}, to be decided by 04:30. To take it: http://localhost:8000/wake/")
    assert "canary" not in said


def test_an_sms_in_latin_letters_is_one_message(clock: Clock, channels: Channels) -> None:
    case = called(channels, "sms")
    ((path, _headers, _body),) = channels.sms.got
    said = parse_qs(urlsplit(path).query)
    assert said["to"] == ["+85512345678"]
    assert said["text"][0].startswith(f"EMERGENCY {case.ref}, to be decided by 04:30.")


def test_an_sms_in_khmer_never_cuts_the_link(clock: Clock, channels: Channels) -> None:
    case = called(channels, "sms", language="km")
    texts = [parse_qs(urlsplit(path).query)["text"][0] for path, _h, _b in channels.sms.got]
    assert case.ref in texts[0]
    assert texts[-1].startswith("http://localhost:8000/wake/")
    assert channels.links() == [texts[-1].rpartition("/")[2]]


def test_telegram_as_its_bot_api_is_published(clock: Clock, channels: Channels) -> None:
    called(channels, "telegram")
    ((path, headers, body),) = channels.telegram.got
    assert path == f"/bot{TOKEN}/sendMessage"
    assert headers["Content-Type"] == "application/json"
    said = json.loads(body)
    assert said.pop("text").startswith("EMERGENCY C-")
    assert said == {"chat_id": 987654321, "link_preview_options": {"is_disabled": True}, "protect_content": True}


def test_a_webhook_is_signed_so_that_our_own_verify_takes_it(clock: Clock, channels: Channels) -> None:
    case = called(channels, "webhook")
    ((_path, headers, body),) = channels.webhook.got
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("standardwebhooks.webhooks.datetime", _Now(clock))
        told = verify(secret_of(Way.objects.get().pk), headers, body)
    assert set(told) == {"type", "timestamp", "data"}
    assert told["type"] == "alarm.call"
    call = Call.objects.get()
    due = case.due_at.isoformat()
    link = f"http://localhost:8000/wake/{channels.links()[0]}"
    assert told["data"] == {"id": str(call.pk), "ref": case.ref, "due": due, "link": link}


class _Now:
    """The clock set by hand, for the library that verifies."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self, tz: Any = None) -> Any:
        return self.clock.now.astimezone(tz)

    def __getattr__(self, name: str) -> Any:
        from datetime import datetime

        return getattr(datetime, name)


def test_nothing_about_a_child_leaves_by_any_channel(clock: Clock, channels: Channels) -> None:
    people = [builders.person("officer") for _ in range(4)]
    tree(channels, list(zip(people, ("mail", "sms", "telegram", "webhook"), strict=True)))
    case = emergency(account="canary-account", content_id="canary-content")
    rounds()
    texts = channels.texts()
    assert len(texts) == 4
    assert len(set(channels.links())) == 4, "each has a link of their own"
    for text in texts:
        assert case.ref in text
        assert "canary" not in text
        assert str(case.pk) not in text


# Failing


def refuses(desk: Any) -> None:
    desk.status = 503


def asks_to_wait(desk: Any) -> None:
    desk.status, desk.retry_after = 429, "20"


def hangs_up(desk: Any) -> None:
    desk.silent = True


def says_half(desk: Any) -> None:
    desk.half = True


def says_no(desk: Any) -> None:
    desk.body = json.dumps({"ok": False, "error_code": 500, "description": "x"}).encode()


@pytest.mark.parametrize(
    ("channel", "fail"),
    [
        ("sms", refuses),
        ("sms", asks_to_wait),
        ("sms", hangs_up),
        ("webhook", refuses),
        ("webhook", asks_to_wait),
        ("webhook", hangs_up),
        ("telegram", refuses),
        ("telegram", asks_to_wait),
        ("telegram", hangs_up),
        ("telegram", says_half),
        ("telegram", says_no),
    ],
)
def test_what_fails_is_tried_again_and_then_the_next_is_called_at_once(
    clock: Clock, channels: Channels, channel: str, fail: Callable[[Any], None]
) -> None:
    desk = getattr(channels, channel)
    fail(desk)
    reader = builders.person("officer")
    tree(channels, [(reader, channel)], [(builders.person("lead"), "mail")], minutes=60)
    emergency()
    for seconds in (0, 21, 21):
        clock.go(seconds=seconds)
        rounds()
    assert len(desk.got) == 3
    call = Call.objects.get(channel=channel)
    assert (call.state, call.attempts) == ("failed", 3)
    assert len(channels.mails) == 1, "long before the hour of the first step is over"
    assert any(str(queries.broken()[0].label) in alarm["text"] for alarm in alarms(reader)), "Today says which channel"
    assert Entry.objects.get(event="alarm:call:failed").details["channel"] == channel


def test_a_wait_that_is_asked_for_is_kept(clock: Clock, channels: Channels) -> None:
    channels.sms.status, channels.sms.retry_after = 429, "20"
    called(channels, "sms")
    task = Task.objects.get(kind="callout.call", state="waiting")
    assert task.next_at == clock.now + timedelta(seconds=20)


def test_telegrams_own_word_for_the_wait_is_kept(clock: Clock, channels: Channels) -> None:
    channels.telegram.status = 429
    channels.telegram.body = json.dumps({"ok": False, "error_code": 429, "parameters": {"retry_after": 11}}).encode()
    called(channels, "telegram")
    task = Task.objects.get(kind="callout.call", state="waiting")
    assert task.next_at == clock.now + timedelta(seconds=11)


@pytest.mark.parametrize(("channel", "status", "wait"), [("sms", 429, "3600"), ("sms", 403, ""), ("telegram", 400, "")])
def test_what_a_second_try_cannot_mend_calls_the_next_in_the_same_minute(
    clock: Clock, channels: Channels, channel: str, status: int, wait: str
) -> None:
    desk = getattr(channels, channel)
    desk.status, desk.retry_after = status, wait
    tree(channels, [(builders.person("officer"), channel)], [(builders.person("lead"), "mail")], minutes=60)
    emergency()
    rounds()
    assert (len(desk.got), len(channels.mails)) == (1, 1)


@pytest.mark.parametrize(("refuse", "tries"), [("550 no such user", 1), ("451 try again later", 3)])
def test_a_mail_server_that_refuses(clock: Clock, channels: Channels, refuse: str, tries: int) -> None:
    channels.refuse = refuse
    tree(channels, [(builders.person("officer"), "mail")], [(builders.person("lead"), "sms")], minutes=60)
    emergency()
    for _ in range(3):
        rounds()
        clock.go(seconds=16)
    call = Call.objects.get(channel="mail")
    assert (call.state, call.attempts) == ("failed", tries)
    assert len(channels.sms.got) == 1


def test_while_one_of_a_step_was_reached_the_next_step_waits(clock: Clock, channels: Channels) -> None:
    channels.sms.status = 403
    people = [(builders.person("officer"), "sms"), (builders.person("lead"), "mail")]
    tree(channels, people, [(builders.person(), "telegram")], minutes=60)
    emergency()
    rounds()
    assert (len(channels.mails), channels.telegram.got) == (1, [])


def test_everything_broken_a_round_takes_a_minute_at_least(clock: Clock, channels: Channels) -> None:
    channels.sms.status = 403
    tree(channels, [(builders.person("officer"), "sms")])
    emergency()
    rounds(30)
    assert len(channels.sms.got) == 1
    clock.go(minutes=1, seconds=1)
    rounds(30)
    assert len(channels.sms.got) == 2


def test_a_channel_that_is_not_configured_is_passed_over_and_said(
    clock: Clock, channels: Channels, settings: Any
) -> None:
    settings.KRAMA_SMS_SEND_URL = ""
    reader = builders.person("officer")
    tree(channels, [(reader, "sms")], [(reader, "mail")], minutes=60)
    emergency()
    rounds()
    assert len(channels.mails) == 1
    assert any("not configured" in alarm["text"] for alarm in alarms(reader))


def test_a_fault_of_our_own_in_a_channel_ends_no_alarm(
    clock: Clock, channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from krama.server.callout.channels import mail

    monkeypatch.setattr(mail, "make_msgid", lambda **_given: 1 / 0)
    tree(channels, [(builders.person("officer"), "mail")], [(builders.person("lead"), "sms")], minutes=60)
    emergency()
    for _ in range(3):
        rounds()
        clock.go(seconds=16)
    assert Call.objects.get(channel="mail").error == "ZeroDivisionError"
    assert len(channels.sms.got) == 1


# The guard, the token, addresses


def test_a_webhook_that_leads_inside_is_refused(clock: Clock, channels: Channels, settings: Any) -> None:
    from dataclasses import replace

    settings.HOME = replace(settings.HOME, kind="real")
    step = Step.objects.create(place=1, minutes=5)
    facts = {"step": step.pk, "person": builders.person("officer"), "channel": "webhook"}
    with pytest.raises(BadInput):
        add_way(TERMINAL, address="http://inside.example/hook", **facts)
    way = add_way(TERMINAL, address=f"https://127.0.0.1:{channels.webhook.port}/hook", **facts)
    test_way(TERMINAL, way=way.pk)
    rounds()
    call = Call.objects.get()
    assert (call.state, call.error, channels.webhook.got) == ("failed", "refused", [])


def test_a_token_that_others_can_read_is_not_used(clock: Clock, channels: Channels, settings: Any) -> None:
    Path(settings.KRAMA_TELEGRAM_TOKEN_FILE).chmod(0o644)
    called(channels, "telegram")
    assert (channels.telegram.got, Call.objects.get().error) == ([], "bad_home")


def test_a_token_from_the_environment(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KRAMA_TELEGRAM_TOKEN_FILE = ""
    assert not telegram.is_set()
    monkeypatch.setenv("KRAMA_TELEGRAM_TOKEN", TOKEN)
    assert telegram.is_set()
    assert telegram.token() == TOKEN


def test_address_and_token_are_in_no_row_no_entry_and_no_log(
    clock: Clock, channels: Channels, capfd: pytest.CaptureFixture[str]
) -> None:
    people = [builders.person("officer") for _ in range(4)]
    for desk in (channels.sms, channels.telegram, channels.webhook):
        desk.status = 500
    channels.refuse = "451 on-call@firm.example is busy"
    tree(channels, list(zip(people, ("mail", "sms", "telegram", "webhook"), strict=True)))
    emergency()
    for _ in range(3):
        rounds()
        clock.go(seconds=16)
    kept = str([list(model.objects.values()) for model in (Task, Entry, Call, Way)])
    printed = "".join(capfd.readouterr())
    for secret in ("on-call", "12345678", "987654321", "/hook", TOKEN, *channels.links()):
        assert secret not in kept, secret
        assert secret not in printed, secret


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("mail", "a@b.c, d@e.f"),
        ("mail", "not an address"),
        ("sms", "call me"),
        ("telegram", "@somebody"),
        ("telegram", "12 34"),
        ("webhook", "ftp://firm.example/hook"),
        ("webhook", "https://user:secret@firm.example/"),
        ("webhook", "https://firm.example:99999/"),
        ("fax", "012345678"),
    ],
)
def test_what_a_channel_cannot_call_is_not_taken(channel: str, address: str) -> None:
    step = Step.objects.create(place=1, minutes=5)
    with pytest.raises(BadInput):
        add_way(TERMINAL, step=step.pk, person=builders.person(), channel=channel, address=address)


def test_a_test_of_one_channel_says_that_it_is_one(clock: Clock, channels: Channels) -> None:
    (way,) = tree(channels, [(builders.person("officer"), "mail")])
    test_way(TERMINAL, way=way.pk)
    rounds()
    mail = message_from_bytes(channels.mails[0].content, policy=default)
    assert mail.get_content().strip() == "A test of this channel for emergencies. There is nothing to do."
    assert Call.objects.get().state == "sent"
    assert address_of(way) == "on-call@firm.example"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("", 0.0), ("soon", 0.0), ("-3", 0.0), ("Fri, 27 Nov 2026 20:30:30 GMT", 30.0), ("៧", 0.0)],
)
def test_a_wait_in_seconds_or_as_a_date(clock: Clock, said: str, seconds: float) -> None:
    assert seconds_of(said) == seconds

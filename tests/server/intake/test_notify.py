# SPDX-License-Identifier: Apache-2.0
"""Nothing goes out but to who named a way, a number or address, and a safe hour; then a neutral text, in it, once.

Every path that could send is walked against a real gateway and a real mail server on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import product
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from krama.server.detections.scanner import identifiers
from krama.server.intake.actions import collect, notify, receipt, take
from krama.server.intake.actions.take import PUBLIC
from krama.server.intake.actions.write_back import write_back
from krama.server.intake.doors import outgoing
from krama.server.intake.hours import HOURS, is_safe, next_safe
from krama.server.intake.models import Message, Report
from krama.server.outbox.loop import go_round
from krama.server.outbox.models import Task
from krama.server.site.mail import mail_settings
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server.intake.doors import Phone
from tests.server.intake.outside import Outside, standing
from tests.server.intake.visit import told

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.allow_hosts(["127.0.0.1"])]
NOON = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)  # half past twelve in Phnom Penh
NUMBER, ADDRESS, ANSWER = "012 345 678", "me@child.example", "canary-0818 we talked to the school"
WHOLE = {"back": "sms", "back-to": NUMBER, "back-hour": "noon"}


class Clock:
    """What time it is, for Krama."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture
def outside(settings: object, clock: Clock) -> Iterator[Outside]:
    with standing() as found:
        for name, value in mail_settings(found.mail_url).items():
            setattr(settings, name, value)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.KRAMA_SMS_SEND_URL, settings.KRAMA_EMAIL_URL = found.sms_url, found.mail_url  # type: ignore[attr-defined]
        yield found


def reported(answers: dict[str, str], *, language: str = "en", code: bool = True) -> Report:
    """A collected report."""
    report = take.take(PUBLIC, pk=uuid4(), topic="bullying", door="page", language=language, answers=answers)
    if code:
        receipt.give_code(PUBLIC, report=report, secret=report.pk.bytes * 3)
    report.refresh_from_db()
    collect.mark_collected([report], identifiers())
    return report


def answered(report: Report, text: str = ANSWER) -> Message:
    message = write_back(TERMINAL, report=report, text=text)
    go_round()
    return message


def test_an_sms_says_that_something_waits_and_nothing_else(outside: Outside) -> None:
    message = answered(reported(WHOLE))
    assert outside.sms == [
        {"to": "012345678", "text": "You have an answer. Open the page with your code.", "coding": "2"}
    ]
    message.refresh_from_db()
    assert message.notified_at is not None
    entry = Entry.objects.get(event="report:notified")
    assert entry.details == {"way": "sms"}


def test_a_letter_says_no_more(outside: Outside) -> None:
    answered(reported(WHOLE | {"back": "mail", "back-to": ADDRESS}, language="km"))
    (envelope,) = outside.mails
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == [ADDRESS]
    assert mail["Subject"] == "ប្អូនមានចម្លើយ"
    assert mail.get_content().strip() == "ប្អូនមានចម្លើយ។ សូមបើកទំព័រដោយប្រើលេខកូដរបស់ប្អូន។"
    assert b"canary" not in envelope.content


def test_who_has_no_code_is_told_whom_to_call(outside: Outside) -> None:
    answered(reported(WHOLE, code=False))
    assert "1280" in outside.sms[0]["text"]


WAYS, TOS, TIMES = (
    ("", "no", "sms", "mail", "fax"),
    ("", NUMBER, ADDRESS, "a@b\r\nBcc: c@d.example", "x"),
    ("", "noon", "night"),
)


def is_wish(way: str, to: str, hour: str) -> bool:
    return (way, to) in (("sms", NUMBER), ("mail", ADDRESS)) and hour == "noon"


def test_every_incomplete_wish_sends_nothing(outside: Outside) -> None:
    for way, to, hour in product(WAYS, TOS, TIMES):
        said = {"words": NUMBER, "back": way, "back-to": to, "back-hour": hour}
        if not is_wish(way, to, hour):
            answered(reported({name: one for name, one in said.items() if one}))
    assert outside.count == 0
    assert Task.objects.filter(kind=notify.NOTIFY).count() == 0


def test_a_complete_wish_is_seen_so_the_walk_above_can_fail(outside: Outside) -> None:
    for way, to, hour in product(WAYS, TOS, TIMES):
        if is_wish(way, to, hour):
            answered(reported({"back": way, "back-to": to, "back-hour": hour}))
    assert (len(outside.sms), len(outside.mails)) == (1, 1)


def test_a_send_without_asking_would_be_seen(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "wish_of", lambda report: notify.Wish("sms", "012345678", "any"))
    answered(reported({}))
    assert outside.count == 1


def test_no_door_sends_anything_by_itself(outside: Outside) -> None:
    """A page, a talk and a call with every consent in them; a mail; a report by staff: all taken, nothing goes out."""
    from krama.server.intake.actions.letters import take_letter

    told(words="x")
    phone = Phone()
    for text in ("help", "words", "2", "2"):
        phone.send(text)
    phone.press("3*2*2*2*2")
    take_letter(PUBLIC, raw=b"From: a@b.example\r\nReply-To: c@d.example\r\n\r\nplease write to me", size=10)
    collect.mark_collected(Report.objects.filter(collected_at=None), identifiers())
    go_round()
    assert (Report.objects.count(), outside.count) == (4, 0)


def test_a_mail_is_not_answered_even_when_staff_write_back(outside: Outside) -> None:
    from krama.server.intake.actions.letters import take_letter

    take_letter(PUBLIC, raw=b"From: a@b.example\r\n\r\nplease write to me", size=10)
    report = Report.objects.get()
    collect.mark_collected([report], identifiers())
    answered(report)
    assert outside.count == 0


def test_outside_the_hour_it_waits_and_then_goes(outside: Outside, clock: Clock) -> None:
    report = reported(WHOLE | {"back-hour": "evening"})
    answered(report)
    assert outside.count == 0
    task = Task.objects.get(kind=notify.NOTIFY)
    assert timezone.localtime(task.next_at).hour == 18
    clock.now = task.next_at + timedelta(minutes=1)
    go_round()
    assert len(outside.sms) == 1


def test_a_worker_that_comes_late_waits_for_the_next_hour(outside: Outside, clock: Clock) -> None:
    message = write_back(TERMINAL, report=reported(WHOLE), text=ANSWER)
    clock.now = NOON + timedelta(hours=8)
    go_round()
    go_round()
    assert outside.count == 0
    waiting = Task.objects.get(kind=notify.NOTIFY, state=Task.State.WAITING)
    assert timezone.localtime(waiting.next_at).hour == 11
    assert waiting.payload == {"message": str(message.pk)}


def test_three_answers_and_a_repeated_task_are_one_text(outside: Outside) -> None:
    report = reported(WHOLE)
    message = answered(report)
    answered(report, "more")
    notify.notify(str(message.pk))
    assert len(outside.sms) == 1
    Message.objects.update(read_at=timezone.now())
    answered(report, "again")
    assert len(outside.sms) == 2


def test_a_wish_taken_back_meanwhile_holds(outside: Outside, clock: Clock) -> None:
    report = reported(WHOLE | {"back-hour": "evening"})
    write_back(TERMINAL, report=report, text=ANSWER)
    take.add(PUBLIC, report=report, question="back", said="no", mark="later")
    collect.settle(report, identifiers())
    clock.now = NOON + timedelta(hours=7)
    go_round()
    assert outside.count == 0


def test_a_report_taken_back_sends_nothing(outside: Outside) -> None:
    report = reported(WHOLE)
    take.withdraw(PUBLIC, report=report)
    report.refresh_from_db()
    answered(report)
    assert outside.count == 0


def test_a_gateway_that_refuses_is_tried_again(outside: Outside, clock: Clock) -> None:
    outside.status = 503
    message = answered(reported(WHOLE))
    task = Task.objects.get(kind=notify.NOTIFY)
    message.refresh_from_db()
    assert (task.state, task.last_error, message.notified_at) == ("waiting", "not_sent", None)
    outside.status = 202
    clock.now = task.next_at + timedelta(seconds=1)
    go_round()
    message.refresh_from_db()
    assert message.notified_at is not None


def test_a_redirect_is_not_followed(outside: Outside) -> None:
    outside.status = 302
    answered(reported(WHOLE))
    assert len(outside.sms) == 1
    assert Task.objects.get(kind=notify.NOTIFY).last_error == "not_sent"


def test_without_a_gateway_nothing_is_planned(outside: Outside, settings: object) -> None:
    settings.KRAMA_SMS_SEND_URL = ""  # type: ignore[attr-defined]
    answered(reported(WHOLE))
    assert Task.objects.filter(kind=notify.NOTIFY).count() == 0


def test_the_number_is_in_no_task_and_no_log(outside: Outside, capfd: pytest.CaptureFixture[str]) -> None:
    outside.status = 500
    answered(reported(WHOLE))
    printed = "".join(capfd.readouterr())
    kept = str(list(Task.objects.values()))
    assert "345678" not in kept + printed
    assert "345 678" not in kept + printed


@given(st.sampled_from(sorted(HOURS)), st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_the_next_safe_moment_is_safe_and_soon(hour: str, later: timedelta) -> None:
    at = NOON + later
    found = next_safe(hour, at)
    assert is_safe(hour, found)
    assert at <= found <= at + timedelta(days=1)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("012 345 678", "012345678"),
        ("+855 (12) 345-678", "+85512345678"),
        ("០១២៣៤៥៦៧៨", "012345678"),
        ("call me", ""),
        ("1", ""),
    ],
)
def test_a_number_as_a_gateway_takes_it(said: str, number: str) -> None:
    assert outgoing.number_of(said) == number


@pytest.mark.parametrize("said", ["a@b", "a@b.c,d@e.f", "a b@c.d", "a@b.c\nBcc: x@y.z", "<a@b.c>", "@b.c", "ក@b.c"])
def test_what_is_not_one_address_is_none(said: str) -> None:
    assert outgoing.address_of(said) == ""

# SPDX-License-Identifier: Apache-2.0
"""The form for staff at a telephone: it takes a report and shows none; what was written is never lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from krama.server.accounts.models import Role, User
from krama.server.intake.models import Part, Report
from krama.server.trail.models import Entry
from tests.server.intake.doors import said

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "canary-0819 គេយាយីនាង"
FILLED = {"topic": "bullying", "words": WORDS, "who": "parent", "age": "10-12", "back": "no", "language": "km"}


class Counter:
    """Somebody signed in, at the form."""

    def __init__(self, role: Role = Role.REVIEWER) -> None:
        self.user = User.objects.create_user("counter", name="Counter", role=role, is_demo=True)
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(self.user)
        self.take(self.client.get("/intake/new"))

    def take(self, response: Any) -> None:
        self.response, self.status = response, response.status_code
        self.page = html.unescape(response.content.decode())

    def send(self, *, token: str = "", **fields: str) -> Counter:
        self.take(self.client.post("/intake/new", {"t": token or self.token} | FILLED | fields))
        return self

    @property
    def token(self) -> str:
        found = re.search(r'name="t" value="([^"]+)"', self.page)
        assert found, self.page
        return found[1]

    @property
    def code(self) -> str:
        found = re.search(r"<strong>((?:[0-9]{4} ?){4})</strong>", self.page)
        assert found, self.page
        return found[1]


def test_a_report_is_taken_and_a_code_is_shown_once() -> None:
    counter = Counter()
    code = counter.send().code
    report = Report.objects.get()
    assert (report.door, report.topic, report.find is not None) == ("staff", "bullying", True)
    assert Entry.objects.get(event="report:taken").actor_id == str(counter.user.pk)
    assert said() == {"words": WORDS, "who": "parent", "age": "10-12", "back": "no"}
    reporter = Client().get("/report?lang=en")
    token = re.search(r'name="t" value="([^"]+)"', reporter.content.decode())
    assert token
    opened = Client().post("/report", {"t": token[1], "lang": "en", "do": "open", "code": code})
    assert b"A person is reading it" in opened.content or b"Nobody has read it yet" in opened.content


def test_sent_twice_it_is_one_report_with_one_code() -> None:
    counter = Counter()
    token = counter.token
    codes = {counter.send(token=token).code for _click in range(3)}
    assert (Report.objects.count(), Part.objects.count(), len(codes)) == (1, 4, 1)


def test_two_calls_are_two_reports() -> None:
    counter = Counter()
    counter.send()
    counter.take(counter.client.get("/intake/new"))
    counter.send()
    assert Report.objects.count() == 2


def test_danger_needs_nothing_else() -> None:
    Counter().send(in_danger="on", topic="", words="")
    report = Report.objects.get()
    assert (report.topic, report.is_emergency) == ("danger", True)


def test_danger_comes_first_and_marks_the_row() -> None:
    counter = Counter()
    assert counter.page.index('name="in_danger"') < counter.page.index('name="topic"')
    counter.send(in_danger="on")
    assert Report.objects.get().is_emergency
    assert "117" in counter.page


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"topic": ""}, "topic"),
        ({"back": "sms"}, "back_to"),
        ({"back": "sms", "back_to": "x", "back_hour": "noon"}, "back_to"),
        ({"back": "mail", "back_to": "a@b.c,d@e.f", "back_hour": "noon"}, "back_to"),
        ({"back": "sms", "back_to": "012 345 678"}, "back_hour"),
        ({"where": "x" * 501}, "where"),
        ({"t": "changed"}, "t"),
    ],
)
def test_what_was_written_stays_when_it_cannot_be_saved(fields: dict[str, str], what: str) -> None:
    counter = Counter()
    counter.send(token=fields.pop("t", ""), **fields)
    assert (counter.status, Report.objects.count(), WORDS in counter.page) == (422, 0, True)
    counter.send()
    assert (counter.status, Report.objects.count()) == (200, 1), what


def test_a_number_is_kept_only_with_a_yes() -> None:
    Counter().send(back="no", back_to="012 345 678", back_hour="noon")
    assert "back-to" not in said()


def test_it_shows_no_report() -> None:
    counter = Counter()
    counter.send()
    counter.take(counter.client.get("/intake/new"))
    assert "canary" not in counter.page


@pytest.mark.parametrize("role", list(Role))
def test_everybody_but_the_auditor_may(role: Role) -> None:
    assert Counter(role).status == (403 if role == Role.AUDITOR else 200)

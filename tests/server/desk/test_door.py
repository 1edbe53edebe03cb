# SPDX-License-Identifier: Apache-2.0
"""The test of the door: a report like any other that says what it is; and what opening tells whoever told us."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Severity
from krama.server.desk.pages import case as case_page
from krama.server.intake.models import Report, Topic
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.intake.visit import Visit, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in with a second factor."""
    person, client = builders.person("officer"), Client(headers={"accept-language": "en"})
    client.force_login(person)
    monkeypatch.setattr(case_page, "given", lambda _request: builders.proof(person))
    return client


def read(client: Client, ref: str) -> str:
    return client.get(f"/cases/{ref}").content.decode()


def opened(client: Client, ref: str, purpose: str = "help") -> None:
    face = re.findall(r'name="pseudonym" value="([^"]+)"', read(client, ref))[0]
    client.post(f"/cases/{ref}/open", {"pseudonym": face, "purpose": purpose})


def test_a_test_report_goes_the_way_of_every_report_and_says_that_it_is_one(officer: Client) -> None:
    officer.post("/door/send")
    report = Report.objects.get()
    assert (report.topic, report.find, report.is_emergency) == (Topic.TEST, None, False)
    entry = Entry.objects.get(event="report:taken")
    assert (entry.actor_kind, entry.details["topic"]) == ("person", "test")
    assert "on its way" in officer.get("/door").content.decode()
    assert collect() == 1
    found = Case.objects.get()
    assert found.severity == Severity.LOW
    assert "This is a test of the door." in read(officer, found.ref)
    assert "nobody opened it yet" in officer.get("/door").content.decode()
    opened(officer, found.ref)
    assert "a person opened it" in officer.get("/door").content.decode()


def test_a_child_s_report_never_says_that_it_is_a_test(officer: Client) -> None:
    told(words="One")
    collect()
    assert "This is a test of the door." not in read(officer, Case.objects.get().ref)


def test_opening_what_was_said_tells_the_reporter_that_a_person_reads_it(officer: Client) -> None:
    told(words="One")
    told(words="Two")
    collect()
    case = Case.objects.order_by("opened_at").first()
    assert case is not None
    read(officer, case.ref)
    assert not Report.objects.exclude(state="received").exists()  # the case was looked at; nothing was opened
    opened(officer, case.ref, purpose="")
    assert not Report.objects.exclude(state="received").exists()  # refused: no purpose
    opened(officer, case.ref)
    assert [one.state for one in Report.objects.order_by("at")] == ["read", "received"]
    assert Entry.objects.filter(event="report:state").count() == 1


def test_opening_again_does_not_go_back_behind_what_was_said_since(officer: Client) -> None:
    told(words="One")
    collect()
    Report.objects.update(state="acting")
    opened(officer, Case.objects.get().ref)
    assert Report.objects.get().state == "acting"


def test_opening_an_account_says_nothing_of_the_reporter(officer: Client) -> None:
    Visit("/report?lang=en&account=account-1").send(topic="bullying").send(answer="One", do="send")
    collect()
    case = Case.objects.get()
    faces = list(dict.fromkeys(re.findall(r'name="pseudonym" value="([^"]+)"', read(officer, case.ref))))
    assert len(faces) == 2
    officer.post(f"/cases/{case.ref}/open", {"pseudonym": faces[0], "purpose": "help"})
    assert Report.objects.get().state == "received"


def test_who_said_nothing_but_what_it_is_about_can_be_answered(officer: Client) -> None:
    visit = Visit().send(topic="threat").send(do="send")
    visit.send(do="code")
    collect()
    ref = Case.objects.get().ref
    assert "Leave this for them" not in read(officer, ref)
    opened(officer, ref)
    assert "They said nothing more than what it is about." in read(officer, ref)
    assert "Leave this for them" in read(officer, ref)

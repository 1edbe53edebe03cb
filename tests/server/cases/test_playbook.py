# SPDX-License-Identifier: Apache-2.0
"""A case's playbooks: what fits begins, people choose, steps are done and opened again, late ones count; all sealed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotAllowed, NotFound
from krama.playbooks import playbooks
from krama.server.cases import playbook
from krama.server.cases.actions import playbook as acts
from krama.server.cases.actions.regroup import merge
from krama.server.cases.actions.sight import assign
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.erasure import erase
from krama.server.cases.models import Case, CasePlaybook, Item, KeptPlaybook, PlaybookMark
from krama.server.cases.playbook import checklists, due_of, late
from krama.server.intake.actions.take import PUBLIC, take
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def told(topic: str = "threat") -> Case:
    report = take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers={})
    collect()
    collect_late()
    return Item.objects.select_related("case").get(report=report).case


def opened(case: Case, hours: float) -> Case:
    """As if it had been opened so many hours ago."""
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(hours=hours))
    case.refresh_from_db()
    return case


def books(case: Case) -> list[str]:
    return [one.book.id for one in checklists(Case.objects.get(pk=case.pk))]


def client_of(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client


@pytest.fixture
def officer() -> Any:
    return builders.person("officer")


@pytest.mark.parametrize(
    ("topic", "begins"),
    [
        ("threat", ["sexual-extortion"]),
        ("approach", ["grooming"]),
        ("bullying", ["cyberbullying"]),
        ("test", []),
        ("other", []),
    ],
)
def test_a_report_begins_with_what_its_topic_fits_and_once(topic: str, begins: list[str]) -> None:
    case = told(topic)
    acts.begin(case)
    acts.begin(case)
    assert books(case) == begins
    assert Entry.objects.filter(event="playbook:begun", subject_id=case.ref).count() == len(begins)


def test_the_row_itself_keeps_two_workers_from_beginning_the_same() -> None:
    case = told()
    acts.begin(case)
    again = CasePlaybook.objects.get()
    again.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_detection_begins_with_known_material() -> None:
    case = builders.case()
    acts.begin(case)
    assert books(case) == ["known-material"]


def test_a_step_is_done_by_whoever_may_work_on_the_case_and_may_be_opened_again_with_a_reason(officer: Any) -> None:
    case = told()
    acts.begin(case)
    (one,) = checklists(case)
    assert acts.mark(officer, case=case, playbook=one.row.pk, step="danger", done=True)
    assert not acts.mark(officer, case=case, playbook=one.row.pk, step="danger", done=True)
    with pytest.raises(BadInput):
        acts.mark(officer, case=case, playbook=one.row.pk, step="danger", done=False)
    acts.mark(officer, case=case, playbook=one.row.pk, step="danger", done=False, words="It began again.")
    (line,) = [line for line in checklists(case)[0].lines if line.step.id == "danger"]
    assert [(tick.done, tick.by, tick.words) for tick in line.ticks] == [
        (True, officer.actor_id, ""),
        (False, officer.actor_id, "It began again."),
    ]
    assert not line.done
    events = Entry.objects.filter(subject_id=case.ref, event__startswith="playbook:").order_by("at")
    assert [entry.event for entry in events] == ["playbook:begun", "playbook:done", "playbook:undone"]


def test_who_may_not_see_the_case_learns_nothing_and_does_nothing(officer: Any) -> None:
    case = told()
    acts.begin(case)
    (one,) = checklists(case)
    for person, problem in ((builders.person("reviewer"), NotFound), (builders.person("auditor"), NotFound)):
        with pytest.raises(problem):
            acts.mark(person, case=case, playbook=one.row.pk, step="danger", done=True)
        with pytest.raises(problem):
            acts.choose(person, case=case, book="self-harm")
    answer = client_of(builders.person("reviewer")).post(f"/cases/{case.ref}/playbooks", {"book": "self-harm"})
    assert answer.status_code == 404
    auditor = client_of(builders.person("auditor")).post(f"/cases/{case.ref}/playbooks", {"book": "self-harm"})
    assert auditor.status_code == 403
    assert books(case) == ["sexual-extortion"]


def test_another_case_s_playbook_is_not_found_here(officer: Any) -> None:
    one, other = told("threat"), told("bullying")
    acts.begin(one)
    acts.begin(other)
    with pytest.raises(NotFound):
        acts.mark(officer, case=one, playbook=checklists(other)[0].row.pk, step="danger", done=True)
    with pytest.raises(BadInput):
        acts.mark(officer, case=one, playbook=checklists(one)[0].row.pk, step="school", done=True)


def test_a_person_chooses_another_and_its_hours_run_from_then(officer: Any) -> None:
    case = opened(told(), 48)
    acts.begin(case)
    row = acts.choose(officer, case=case, book="self-harm")
    assert row.next_due_at is not None
    assert timezone.now() < row.next_due_at < timezone.now() + timedelta(hours=2)
    assert set(books(case)) == {"sexual-extortion", "self-harm"}
    with pytest.raises(Conflict):
        acts.choose(officer, case=case, book="self-harm")
    with pytest.raises(BadInput):
        acts.choose(officer, case=case, book="no such")


def test_one_that_does_not_fit_is_set_aside_asks_nobody_and_can_be_taken_up_again(officer: Any) -> None:
    case = opened(told(), 48)
    assign(officer, case=case, person=officer, unit=None)
    acts.begin(case)
    (one,) = checklists(case)
    assert due_of(officer, timezone.now()) == [one.row]
    with pytest.raises(BadInput):
        acts.put_aside(officer, case=case, playbook=one.row.pk, words=" ")
    acts.put_aside(officer, case=case, playbook=one.row.pk, words="It is a test of ours.")
    assert checklists(case)[0].why_aside == "It is a test of ours."
    assert not due_of(officer, timezone.now())
    assert not late(timezone.now())
    acts.begin(case)  # it does not come back by itself
    assert checklists(case)[0].row.set_aside_at
    with pytest.raises(Conflict):
        acts.mark(officer, case=case, playbook=one.row.pk, step="danger", done=True)
    acts.choose(officer, case=case, book="sexual-extortion")
    assert checklists(case)[0].row.set_aside_at is None
    assert CasePlaybook.objects.count() == 1


def test_a_late_step_counts_for_the_assignee_alone_and_not_when_all_musts_are_done(officer: Any) -> None:
    case, another = opened(told(), 2), builders.person("officer")
    assign(officer, case=case, person=officer, unit=None)
    assert acts.begin_assigned() == 1
    assert acts.begin_assigned() == 0
    assert [row.case for row in due_of(officer, timezone.now())] == [case]
    assert not due_of(another, timezone.now())
    (one,) = checklists(case)
    for line in one.lines:
        if line.step.must:
            acts.mark(officer, case=case, playbook=one.row.pk, step=line.step.id, done=True)
    assert not due_of(officer, timezone.now())
    assert CasePlaybook.objects.get().next_due_at is None
    marks = PlaybookMark.objects.order_by("at")
    assert [mark.in_time for mark in marks][:2] == [False, False]
    assert all(mark.in_time for mark in marks[2:])


def test_steps_of_a_closed_case_alarm_nobody(officer: Any) -> None:
    case = opened(told(), 2)
    assign(officer, case=case, person=officer, unit=None)
    acts.begin(case)
    assert late(timezone.now()).count() == 1
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert late(timezone.now()).count() == 0
    assert not due_of(officer, timezone.now())


def test_the_page_of_a_closed_case_shows_no_clock_that_runs(officer: Any) -> None:
    case = opened(told(), 2)
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(officer)
    assert "late by" in _playbook(client, case)
    Case.objects.filter(pk=case.pk).update(state="closed")
    page = _playbook(client, case)
    assert "late by" not in page
    assert "not done" in page


def _playbook(client: Client, case: Any) -> str:
    return str(client.get(f"/cases/{case.ref}").content.decode().partition('id="playbook"')[2])


def test_cases_that_nobody_has_wait_for_whoever_opens_them(officer: Any) -> None:
    case = told()
    assert acts.begin_assigned() == 0
    assert CasePlaybook.objects.count() == 0
    client_of(officer).get(f"/cases/{case.ref}")
    assert books(case) == ["sexual-extortion"]


def test_the_version_that_a_case_began_with_stays(officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = told()
    acts.begin(case)
    kept = KeptPlaybook.objects.get()
    newer = kept.body.replace("version: 1", "version: 2", 1).replace("id: danger", "id: other-first", 1)
    KeptPlaybook.objects.create(book=kept.book, number=2, body=newer, kept_at=timezone.now())
    (one,) = checklists(case)
    assert (one.book.version, one.book.steps[0].id) == (1, "danger")
    assert playbook.of_version("sexual-extortion", 2).steps[0].id == "other-first"


def test_which_playbook_and_which_step_lie_sealed_and_the_trail_names_neither(officer: Any) -> None:
    case = told("other")
    row = acts.choose(officer, case=case, book="self-harm")
    acts.mark(officer, case=case, playbook=row.pk, step="promise", done=True)
    stored = b"".join(
        bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        for model in (CasePlaybook, PlaybookMark)
        for one in model.objects.values()
        for value in one.values()
    )
    said = json.dumps(list(Entry.objects.filter(subject_id=case.ref).values("event", "details")))
    for word in ("self-harm", "promise"):
        assert word.encode() not in stored
        assert word not in said


def test_when_the_case_s_compartment_goes_which_playbook_it_was_goes_too(officer: Any) -> None:
    case = told()
    acts.begin(case)
    acts.mark(officer, case=case, playbook=checklists(case)[0].row.pk, step="danger", done=True)
    case.refresh_from_db()
    assert case.compartment_id is not None
    erase(case.compartment_id)
    row, mark = CasePlaybook.objects.get(), PlaybookMark.objects.get()
    assert (row.key, row.sealed_book, mark.sealed_words) == ("", None, None)
    assert checklists(case) == []


def test_when_cases_are_put_together_the_playbooks_go_along_and_none_begins_again(officer: Any) -> None:
    one, other, third = told("threat"), told("bullying"), told("bullying")
    for case in (one, other, third):
        acts.begin(case)
    (taken,) = checklists(other)
    acts.mark(officer, case=other, playbook=taken.row.pk, step="danger", done=True)
    merge(officer, case=other, into=one, reason="The same child.", by="Sok")
    merge(officer, case=third, into=one, reason="The same child.", by="Sok")
    acts.begin(one)
    assert sorted(books(one)) == ["cyberbullying", "cyberbullying", "sexual-extortion"]
    moved = next(found for found in checklists(one) if found.row.pk == taken.row.pk)
    assert [line.step.id for line in moved.lines if line.done] == ["danger"]
    acts.mark(officer, case=one, playbook=taken.row.pk, step="write", done=True)
    assert late(timezone.now() + timedelta(days=3)).count() == 3


def test_the_page_ticks_without_scripts_and_today_shows_what_is_late(officer: Any) -> None:
    case = opened(told(), 2)
    assign(officer, case=case, person=officer, unit=None)
    client = client_of(officer)
    page = client.get(f"/cases/{case.ref}").content.decode()
    assert "must be done" in page
    assert "1280" in page  # as the country pack has it
    (one,) = checklists(case)
    assert f"/cases/{case.ref}#playbook" in client.get("/today").content.decode()
    at = f"/cases/{case.ref}/playbooks/{one.row.pk}/mark"
    assert client.post(at, {"step": "danger", "done": "yes"}).headers["Location"] == f"/cases/{case.ref}#playbook"
    assert client.post(at, {"step": "danger", "done": "no", "words": ""}).status_code == 422
    assert client.post(at, {"step": "danger", "done": "no", "words": "Again."}).status_code == 302
    assert client.post(f"/cases/{case.ref}/playbooks", {"book": "nothing"}).status_code == 422
    assert client.post(f"/cases/{case.ref}/playbooks", {"book": "sexual-extortion"}).status_code == 409
    aside = f"/cases/{case.ref}/playbooks/{one.row.pk}/aside"
    assert client.post(aside, {"words": ""}).status_code == 422
    assert client.post(aside, {"words": "Another kind."}).status_code == 302
    assert client.post(at, {"step": "danger", "done": "yes"}).status_code == 409
    assert "Another kind." in client.get(f"/cases/{case.ref}").content.decode()


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_playbook_is_shown_whole_in_both_languages(officer: Any, language: str) -> None:
    case = told("other")
    for one in playbooks():
        acts.choose(officer, case=case, book=one.id)
    client = client_of(officer)
    client.cookies["krama_language"] = language
    page = client.get(f"/cases/{case.ref}", headers={"accept-language": language}).content.decode()
    assert page.count('value="yes"') >= sum(len(one.steps) for one in playbooks())


def test_a_lead_without_the_role_of_deciding_does_not_work_on_it() -> None:
    case = builders.case()
    acts.begin(case)
    with pytest.raises((NotAllowed, NotFound)):
        acts.choose(builders.person("administrator"), case=case, book="self-harm")

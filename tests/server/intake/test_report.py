# SPDX-License-Identifier: Apache-2.0
"""The report page: stored before anybody is told so, once however often it is sent, and nothing left on the phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection

from krama.server.detections.scanner import identifiers
from krama.server.intake.actions import collect, take
from krama.server.intake.models import Part, Report
from krama.server.intake.queries import answers_of
from krama.server.trail.models import Entry
from tests.server.intake.visit import Visit, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CANARY = "គេគំរាមខ្ញុំ canary-0815"


def collected(report: Report) -> Report:
    collect.mark_collected([report], identifiers())
    report.refresh_from_db()
    return report


def test_opening_the_page_stores_nothing_and_leaves_no_cookie() -> None:
    visit = Visit()
    assert (Report.objects.count(), visit.client.cookies) == (0, {})
    assert visit.response["Cache-Control"] == "no-store"


def test_the_first_answer_is_a_report_before_the_next_question_is_asked() -> None:
    visit = Visit().send(topic="threat")
    report = Report.objects.get()
    assert (report.topic, report.is_emergency, report.door) == ("threat", False, "page")
    assert "We have your report" in visit.page
    assert Entry.objects.filter(event="report:taken", subject_id=str(report.pk)).count() == 1
    assert visit.client.cookies == {}


def test_a_double_click_two_tabs_and_a_replayed_form_leave_one_report_and_one_answer() -> None:
    visit = Visit()
    first = visit.token
    for _ in range(2):
        visit.send(token=first, topic="bullying")
    words = visit.token
    for _ in range(3):
        visit.send(token=words, answer=CANARY)
    assert (Report.objects.count(), Part.objects.filter(question="words").count()) == (1, 1)


def test_going_back_and_saying_it_otherwise_loses_neither() -> None:
    visit = Visit()
    first = visit.token
    visit.send(topic="bullying")
    words = visit.token
    visit.send(token=words, answer="one").send(token=words, answer="two").send(token=first, topic="threat")
    report = collected(Report.objects.get())
    assert sorted(answers_of(report)) == [("topic", "threat"), ("words", "one"), ("words", "two")]


def test_what_was_said_lies_sealed_at_the_door_and_then_in_a_compartment() -> None:
    told(words=CANARY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM intake_part")
        rows = [bytes(value) for row in cursor.fetchall() for value in row if isinstance(value, bytes | memoryview)]
    assert rows
    assert not any(CANARY.encode() in row for row in rows)
    report = Report.objects.get()
    assert answers_of(report) == []
    assert answers_of(collected(report)) == [("words", CANARY)]


def test_danger_is_marked_on_the_row_and_shows_numbers_at_once() -> None:
    visit = Visit().send(do="danger")
    report = Report.objects.get()
    assert (report.is_emergency, report.topic) == (True, "danger")
    assert "tel:117" in visit.page
    assert "tel:1280" in visit.page


def test_danger_said_later_marks_the_same_report() -> None:
    Visit().send(topic="bullying").send(answer="now", do="danger").send(answer="at home")
    report = Report.objects.get()
    assert (report.is_emergency, report.topic, report.parts.count()) == (True, "bullying", 2)
    assert Entry.objects.filter(event="report:emergency").count() == 1


def test_every_question_can_be_skipped_and_it_can_end_anywhere() -> None:
    visit = Visit().send(topic="saw")
    asked = 0
    while "Question" in visit.page:
        visit.send()
        asked += 1
    assert asked == 8
    assert "Thank you" in visit.page
    assert Part.objects.count() == 0


def test_only_who_chose_a_way_is_asked_where_to_and_when() -> None:
    visit = Visit().send(topic="saw")
    for _ in range(7):
        visit.send()
    visit.send(answer="sms")
    assert "To which number" in visit.page
    visit.send(answer="012 345 678").send(answer="evening")
    said = dict(answers_of(collected(Report.objects.get())))
    assert said == {"back": "sms", "back-to": "012 345 678", "back-hour": "evening"}


def test_a_choice_that_is_none_of_ours_is_not_stored() -> None:
    Visit().send(topic="saw").send().send().send(answer="<script>")
    assert Part.objects.count() == 0


@pytest.mark.parametrize("topic", ["", "unknown", "x" * 5000, "'; DROP TABLE intake_report; --"])
def test_a_topic_that_is_none_of_ours_is_asked_again_kindly(topic: str) -> None:
    visit = Visit().send(topic=topic)
    assert visit.status == 422
    assert "Please choose one" in visit.page
    assert Report.objects.count() == 0


def test_hostile_text_is_kept_as_text() -> None:
    hostile = "<b>one</b>\x00\u202etwo\u200b '; DROP TABLE x; -- \ud7ff \U0001f600"
    told(words=hostile)
    (said,) = dict(answers_of(collected(Report.objects.get()))).values()
    assert said == "<b>one</b>two '; DROP TABLE x; -- \ud7ff \U0001f600"


def test_the_ids_that_an_app_passes_come_along_sealed() -> None:
    Visit("/report?lang=en&content=p-12&account=a-9&from=app").send(topic="bullying")
    report = collected(Report.objects.get())
    assert sorted(answers_of(report)) == [("account", "a-9"), ("content", "p-12")]
    assert (report.door, report.account_key) == ("app", identifiers().of("account", "a-9"))


def test_a_page_that_was_changed_or_is_too_old_keeps_what_was_typed() -> None:
    visit = Visit().send(topic="bullying")
    good = visit.token
    visit.send(token=good[:-3] + "abc", answer=CANARY)
    assert (visit.status, CANARY in visit.page) == (409, True)
    visit.send(answer=CANARY)
    assert Part.objects.filter(question="words").count() == 1


def test_a_page_left_open_over_a_day_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit()
    monkeypatch.setattr("krama.server.intake.form.LASTS", -1)
    assert visit.send(topic="bullying").status == 409


def test_with_the_database_away_the_page_says_so_and_keeps_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit().send(topic="bullying")

    def away(*args: Any, **named: Any) -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as patch:
        patch.setattr(take, "add", away)
        visit.send(answer=CANARY)
    assert (visit.status, CANARY in visit.page, "tel:1280" in visit.page) == (503, True, True)
    assert visit.response["Retry-After"] == "30"
    visit.send(answer=CANARY)
    assert Part.objects.filter(question="words").count() == 1


def test_khmer_unless_the_link_says_otherwise() -> None:
    visit = Visit("/report", headers={"accept-language": "en-US"})
    assert '<html lang="km">' in visit.page
    assert "ប្អូនមិនបានធ្វើអ្វីខុសទេ។" in visit.page


def test_a_switch_of_language_keeps_the_page_and_what_was_typed() -> None:
    visit = Visit().send(topic="bullying").send(do="lang-km", answer=CANARY)
    assert '<html lang="km">' in visit.page
    assert CANARY in visit.page
    assert Part.objects.count() == 0
    visit.send(answer=CANARY)
    assert Part.objects.count() == 1


def test_over_the_limit_a_report_is_still_taken_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    from krama.server.intake.crowd import Counter

    monkeypatch.setattr("krama.server.intake.pages.report.REPORTS", Counter(most=2, seconds=60))
    for _ in range(4):
        Visit().send(topic="bullying")
    marks = list(Report.objects.order_by("at").values_list("crowd", flat=True))
    assert marks[:2] == [None, None]
    assert marks[2] is not None
    assert marks[2] == marks[3]


def test_other_methods_are_refused() -> None:
    client = Visit().client
    assert [client.put("/report").status_code, client.delete("/report").status_code] == [405, 405]


def test_a_million_letters_are_kept_whole() -> None:
    long = "ខ" * 1_000_000
    told(words=long)
    assert dict(answers_of(collected(Report.objects.get())))["words"] == long

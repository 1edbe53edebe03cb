# SPDX-License-Identifier: Apache-2.0
"""The receipt and what it opens: nothing stored leads back to a code, and nothing said before is shown."""

from __future__ import annotations

import pytest
from django.conf import settings

from krama.errors import BadSeal, Conflict
from krama.sealing import in_fours, open_from, receipt_of
from krama.server.compartments.actions.destroy import destroy_key, finish
from krama.server.compartments.models import Destruction
from krama.server.compartments.queries import read
from krama.server.detections.scanner import identifiers
from krama.server.intake import queries
from krama.server.intake.actions import collect
from krama.server.intake.actions.write_back import write_back
from krama.server.intake.crowd import Counter
from krama.server.intake.models import Message, Part, Report
from krama.server.intake.queries import place_of_message
from tests.server.builders import person
from tests.server.intake.visit import Visit, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def back(code: str) -> Visit:
    return Visit().send(do="open").send(do="open", code=code)


def moved_in() -> Report:
    report = Report.objects.get()
    collect.mark_collected([report], identifiers())
    return report


def test_the_code_is_shown_once_more_only_by_the_same_page() -> None:
    visit = Visit().send(topic="bullying").send(do="send")
    same = visit.token
    first = visit.send(do="code").code
    assert visit.send(token=same, do="code").code == first
    assert Report.objects.get().find == receipt_of(first, settings.KRAMA_PEPPER).find


def test_another_page_of_the_same_report_cannot_take_its_code_over() -> None:
    visit = Visit().send(topic="bullying")
    other = visit.token
    code = visit.send(do="send").send(do="code").code
    visit.send(token=other, do="send").send(do="code")
    assert "shown already" in visit.page
    assert "No message for you yet" in back(code).page


def test_without_a_code_nobody_comes_back() -> None:
    Visit().send(topic="bullying").send(do="send").send(do="no-code")
    report = Report.objects.get()
    assert (report.no_code, report.find, report.reply_public) == (True, None, None)


def test_a_code_in_fours_with_khmer_digits_opens_the_talk_and_shows_nothing_said_before() -> None:
    code = told(words="said before").code
    visit = back(in_fours(code).translate(KHMER))
    assert "Nobody has read it yet" in visit.page
    assert "said before" not in visit.page


def test_what_staff_write_is_read_back_with_the_code_and_lies_sealed_twice() -> None:
    code = told().code
    message = write_back(person("officer"), report=moved_in(), text="We stopped it.")
    assert b"We stopped it" not in bytes(message.for_reporter or b"") + bytes(message.for_staff or b"")
    assert "We stopped it." in back(code).page
    message.refresh_from_db()
    assert message.read_at is not None
    row = Report.objects.get()
    assert read(row.compartment, message.for_staff, *place_of_message(message.pk)) == b"We stopped it."
    assert row.answered_at == message.at


def test_another_code_does_not_open_it() -> None:
    told()
    message = write_back(person("officer"), report=moved_in(), text="For one alone.")
    other = receipt_of("4539148803436467", settings.KRAMA_PEPPER)
    with pytest.raises(BadSeal):
        open_from(other.private, bytes(message.for_reporter or b""), *place_of_message(message.pk))


def test_more_can_be_said_once_for_each_sending() -> None:
    visit = back(told().code)
    same = visit.token
    for _ in range(2):
        visit.send(token=same, do="more", answer="one more thing")
    assert Part.objects.filter(question="more").count() == 1
    assert "one more thing" not in visit.page


def test_what_comes_after_collecting_moves_in_too() -> None:
    code = told().code
    report = moved_in()
    back(code).send(do="more", answer="later")
    assert list(queries.late_answers().values_list("report", flat=True)) == [report.pk]
    assert collect.settle(report, identifiers()) == {"more": "later"}
    assert not queries.late_answers().exists()


def test_taking_it_back_is_said_and_nothing_is_thrown_away() -> None:
    visit = back(told(words="stays").code).send(do="withdraw")
    assert "You took your report back." in visit.page
    assert Report.objects.get().withdrawn_at is not None
    assert Part.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "status"), [("1234", 422), ("4539 1488 0343 6468", 422), ("4539 1488 0343 6467", 404)]
)
def test_a_wrong_code_is_answered_kindly(code: str, status: int) -> None:
    visit = back(code)
    assert visit.status == status
    assert "Please look at each" in visit.page


def test_guessing_is_stopped_after_some_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.server.intake.pages.talk.CODES", Counter(most=2, seconds=60))
    statuses = [back("4539148803436467").status for _ in range(4)]
    assert statuses == [404, 404, 429, 429]


def test_after_destruction_nothing_of_it_can_be_found_or_read() -> None:
    code = told(words="gone").code
    report = moved_in()
    write_back(person("officer"), report=report, text="gone too")
    assert report.compartment is not None
    assert destroy_key(person("officer"), compartment=report.compartment, why="its time had come")
    assert finish(Destruction.objects.get())
    assert back(code).status == 404
    assert not Part.objects.exclude(sealed=None).exists()
    assert not Message.objects.exclude(for_reporter=None, for_staff=None).exists()


def test_an_answer_waits_until_the_report_has_moved_in() -> None:
    told()
    with pytest.raises(Conflict):
        write_back(person("officer"), report=Report.objects.get(), text="too early")

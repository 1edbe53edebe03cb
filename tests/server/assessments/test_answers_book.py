# SPDX-License-Identifier: Apache-2.0
"""Answers as a workbook: out, filled in elsewhere, and back; all of it or nothing, and no text is written over."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from krama.guidelines.answers_book import SHEET
from krama.guidelines.workbook import BadWorkbook
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.answers import say
from krama.server.assessments.actions.answers_book import export_answers, import_answers
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Answer, Saying
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {
    "sectors": ["dev"],
    "features": ["accounts"],
    "users": ["children"],
    "size": "small",
    "languages": ["km"],
}


@pytest.fixture
def officer() -> Any:
    officer = builders.person("officer")
    save_profile(officer, firm_en="Demo Co", firm_km="ក្រុមហ៊ុនសាកល្បង", **WORDS)
    return officer


def filled(content: bytes, answers: dict[str, dict[str, object]]) -> bytes:
    """As somebody fills it in: a line's id → what to write into which column."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=3):
        for key, value in answers.get(row[0].value, {}).items():
            sheet.cell(row[0].row, columns[key]).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def two_lines() -> tuple[str, str]:
    first, second = Answer.objects.order_by("line_id").values_list("line_id", flat=True)[:2]
    return first, second


def answer(line_id: str) -> Answer:
    return Answer.objects.get(line_id=line_id)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(person: Any, content: bytes) -> Any:
    return signed_in(person).post(
        reverse("assessments:answers_upload"), {"file": SimpleUploadedFile("answers.xlsx", content)}
    )


def test_what_was_filled_in_is_said_and_the_rest_is_unchanged(officer: Any) -> None:
    first, second = two_lines()
    book = filled(
        export_answers(officer),
        {first: {"level": 3, "words": "យើងធ្វើ\n-1"}, second: {"aside": "មែន", "why_aside": "@none here"}},
    )
    taken = import_answers(officer, content=book)
    assert (taken.taken, taken.unchanged, taken.beside) == (2, Answer.objects.count() - 2, ())
    assert (answer(first).level, answer(first).words) == (3, "យើងធ្វើ\n-1")
    assert (answer(second).set_aside, answer(second).why_aside) == (True, "@none here")
    assert Entry.objects.get(event="answers:imported").details["taken"] == 2
    assert Entry.objects.get(event="answers:exported").details["lines"] == Answer.objects.count()
    again = import_answers(officer, content=book)
    assert (again.taken, again.beside) == (0, ())


def test_a_late_text_is_kept_beside_and_an_untouched_row_is_not_a_late_one(officer: Any) -> None:
    first, second = two_lines()
    book = filled(export_answers(officer), {first: {"words": "late"}})
    for line_id in (first, second):
        say(officer, line_id=line_id, level=2, words="meanwhile", seen=0)
    taken = import_answers(officer, content=book)
    assert (taken.taken, taken.beside) == (0, (first,))
    assert answer(first).words == answer(second).words == "meanwhile"
    assert Saying.objects.filter(answer__line_id=first, beside=True, words="late").exists()
    assert import_answers(officer, content=book).unchanged == Answer.objects.count(), "sent twice, it is kept once"


def test_one_faulty_cell_and_nothing_is_taken(officer: Any) -> None:
    first, second = two_lines()
    book = filled(export_answers(officer), {first: {"level": 3}, second: {"level": 9}})
    with pytest.raises(BadWorkbook, match="is no level"):
        import_answers(officer, content=book)
    assert answer(first).level is None
    assert not Entry.objects.filter(event="answers:imported").exists()


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"words": "x" * 10_001}, "I.*longer than"),
        ({"words": " ", "level": None}, "H.*says nothing now"),
        ({"level": 1, "seen": 5}, "N.*was not written out"),
    ],
)
def test_what_cannot_be_said_is_named_by_its_cell(officer: Any, cells: dict[str, object], named: str) -> None:
    say(officer, line_id=two_lines()[0], level=2, words="before", seen=0)
    book = filled(export_answers(officer), {two_lines()[0]: cells})
    with pytest.raises(BadWorkbook, match=named):
        import_answers(officer, content=book)
    assert Saying.objects.count() == 1


def test_each_row_asks_whether_its_writer_may(officer: Any) -> None:
    first, second = two_lines()
    head = builders.person("reviewer")
    Answer.objects.filter(line_id=first).update(unit=add_unit(officer, name="Care", kind="customer-care", head=head))
    content = export_answers(officer)
    assert import_answers(head, content=filled(content, {first: {"level": 1}})).taken == 1
    with pytest.raises(BadWorkbook, match="you may not answer"):
        import_answers(head, content=filled(content, {first: {"words": "x"}, second: {"level": 1}}))
    assert import_answers(head, content=content).taken == 0


def test_the_page_takes_a_workbook_and_says_what_became_of_it(officer: Any) -> None:
    first, second = two_lines()
    content = signed_in(officer).get(reverse("assessments:answers_book")).content
    page = sent(officer, filled(content, {first: {"level": 4}}))
    assert page.status_code == 200
    assert "<dd>1</dd>" in page.content.decode()
    page = sent(officer, filled(content, {first: {"level": 7}, second: {"aside": "?"}}))
    assert page.status_code == 422
    assert "2 cells need another look" in page.content.decode()
    assert sent(officer, b"no workbook").status_code == 422
    assert sent(officer, b"").status_code == 422
    assert signed_in(officer).post(reverse("assessments:answers_upload")).status_code == 422


def test_the_auditor_reads_but_no_row_is_theirs(officer: Any) -> None:
    auditor = builders.person("auditor")
    content = signed_in(auditor).get(reverse("assessments:answers_book")).content
    page = sent(auditor, filled(content, {two_lines()[0]: {"level": 4}}))
    assert page.status_code == 422
    assert "you may not answer" in page.content.decode()


def test_without_a_profile_the_page_says_what_to_do_first() -> None:
    page = signed_in(builders.person("lead")).get(reverse("assessments:answers_upload"))
    assert "Say what your firm is" in page.content.decode()

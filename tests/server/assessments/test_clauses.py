# SPDX-License-Identifier: Apache-2.0
"""A catalogue upgrade keeps every answer and says which need another look; a damaged workbook names its cells."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from krama.errors import Conflict
from krama.guidelines import shipped
from krama.guidelines.clause_sheets import sample_rows, sample_template, template
from krama.guidelines.clauses import laid_over, sample
from krama.guidelines.workbook import Row
from krama.server.assessments.actions.answers import give_proof
from krama.server.assessments.actions.clauses import go_back, keep_checked, load
from krama.server.assessments.models import Answer, GivenProof, LoadedCatalogue, PlanTask, Saying
from krama.server.assessments.queries.answers import beside, sayings
from krama.server.assessments.queries.catalogue import catalogue, parsed
from krama.server.trail.models import Entry
from tests.server.assessments.made_answers import LINE, firm_of, said, signed_in
from tests.server.assessments.test_answers import at_once
from tests.server.builders import person

PAGE = "/guidelines/clauses"
NEW = "sample.focal-person"


def in_force(officer: Any) -> LoadedCatalogue:
    """The sample, checked and loaded."""
    row = keep_checked(officer, catalogue=sample())
    load(officer, row=row)
    return LoadedCatalogue.objects.get(pk=row.pk)


def uploaded(client: Any, content: bytes, name: str = "filled.xlsx") -> Any:
    return client.post(f"{PAGE}/upload", {"file": SimpleUploadedFile(name, content)})


def task(officer: Any, line: str, text: str = "") -> PlanTask:
    now = timezone.now()
    return PlanTask.objects.create(
        line_id=line, text=text, due_on=now.date() + timedelta(days=9), made_at=now, made_by=officer
    )


@pytest.mark.django_db
def test_every_answer_stays_and_the_ones_to_look_at_again_are_named() -> None:
    officer = firm_of()
    said(officer, "Sokha answers for it.", level=3)
    said(officer, "untouched", line="a1.partners")
    give_proof(officer, line_id=LINE, proof_id="appointment", kind="person", title="Letter", said="I saw it")
    task(officer, LINE)
    in_force(officer)
    moved, stays = Answer.objects.get(line_id=NEW), Answer.objects.get(line_id="a1.partners")
    assert (moved.level, moved.words, moved.needs_look, moved.needs_look_why) == (
        3,
        "Sokha answers for it.",
        True,
        "replaced",
    )
    assert (stays.words, stays.needs_look) == ("untouched", False)
    assert [one.words for one in sayings(NEW)] == ["Sokha answers for it."]
    assert GivenProof.objects.get().line_id == PlanTask.objects.get().line_id == NEW
    said(officer, "Looked again.", line=NEW)
    assert not Answer.objects.get(line_id=NEW).needs_look


@pytest.mark.django_db
def test_two_lines_that_become_one_keep_both_texts_and_both_tasks() -> None:
    officer = firm_of()
    said(officer, "the hotline stands below", line="a2.hotline-link")
    said(officer, "the helpline stands above", line="a4.helplines")
    for line in ("a2.hotline-link", "a4.helplines"):
        task(officer, line)
    in_force(officer)
    to = "sample.help-shown"
    assert Answer.objects.get(line_id=to).words == "the hotline stands below"
    assert [one.words for one in beside(to)] == ["the helpline stands above"]
    assert Answer.objects.get(line_id="a4.helplines").words == "the helpline stands above"
    texts = set(PlanTask.objects.filter(line_id=to).values_list("text", flat=True))
    old = shipped().line("a4.helplines")
    assert old is not None
    assert texts == {"", f"{old.text.km} – {old.text.en}"[:300]}
    go_back(officer)
    words = {row.line_id: row.words for row in Answer.objects.filter(revision__gt=0)}
    assert words["a2.hotline-link"] == "the hotline stands below"
    assert words["a4.helplines"] == "the helpline stands above"
    assert Answer.objects.get(line_id="a4.helplines").needs_look_why == "again"


@pytest.mark.django_db
def test_a_line_where_nobody_said_anything_asks_for_no_look() -> None:
    officer = firm_of()
    Answer.objects.get_or_create(line_id="a4.helplines")
    said(officer, "the hotline stands below", line="a2.hotline-link")
    in_force(officer)
    assert set(Answer.objects.filter(needs_look=True).values_list("line_id", flat=True)) == {"sample.help-shown"}


@pytest.mark.django_db
def test_what_was_answered_to_a_line_that_goes_stays_and_is_shown() -> None:
    officer = firm_of()
    in_force(officer)
    said(officer, "every newcomer has an hour", line="sample.staff-hour")
    go_back(officer)
    shown = signed_in(officer).get(PAGE).content.decode()
    assert "every newcomer has an hour" in shown
    assert "not asked any more" in shown
    in_force_again = LoadedCatalogue.objects.get()
    load(officer, row=in_force_again)
    assert Answer.objects.get(line_id="sample.staff-hour").words == "every newcomer has an hour"


@pytest.mark.django_db
def test_words_written_to_the_old_line_meanwhile_are_kept_beside_the_new_one() -> None:
    officer = firm_of()
    before = said(officer, "first", level=1)
    client = signed_in(officer)
    in_force(officer)
    client.post(f"/guidelines/lines/{LINE}", {"level": "4", "words": "typed during the load", "seen": before.revision})
    row = Answer.objects.get(line_id=NEW)
    assert (row.level, row.words, row.needs_look) == (1, "first", True)
    assert [one.words for one in beside(NEW)] == ["typed during the load"]
    assert client.get(f"/guidelines/lines/{LINE}").headers["Location"].endswith(NEW)
    go_back(officer)
    assert client.get(f"/guidelines/lines/{NEW}").headers["Location"].endswith(LINE)


@pytest.mark.django_db
def test_the_trail_says_which_catalogue_came_after_which() -> None:
    officer = firm_of()
    said(officer, "x")
    row = in_force(officer)
    entry = Entry.objects.filter(event="catalogue:loaded").get()
    facts = entry.details
    assert (facts["catalogue"], facts["version"], facts["sha256"]) == ("sample", 1, row.sha256)
    assert (facts["before"], facts["before_version"], facts["look"]) == ("cop-kh", 1, 1)
    assert row.is_sample
    go_back(officer)
    assert [one.details["catalogue"] for one in Entry.objects.filter(event="catalogue:loaded").order_by("at")] == [
        "sample",
        "cop-kh",
    ]


@pytest.mark.django_db
def test_the_same_file_is_read_once_and_a_version_keeps_its_text() -> None:
    officer = firm_of()
    row = in_force(officer)
    assert catalogue() == sample()
    assert parsed(row.sha256) is parsed(row.sha256)
    assert keep_checked(officer, catalogue=sample()).pk == row.pk
    rows, about = sample_rows()
    other = laid_over(rows[1:], about)
    with pytest.raises(Conflict, match="higher version"):
        keep_checked(officer, catalogue=other)
    with pytest.raises(Conflict, match="in force already"):
        load(officer, row=row)


@pytest.mark.django_db
def test_whoever_saw_another_catalogue_in_force_looks_again() -> None:
    officer = firm_of()
    row = keep_checked(officer, catalogue=sample())
    with pytest.raises(Conflict, match="came into force meanwhile"):
        load(officer, row=row, against="a" * 64)
    assert not LoadedCatalogue.objects.filter(in_force=True).exists()


@pytest.mark.django_db
def test_a_filled_workbook_is_checked_shown_and_loaded() -> None:
    officer = firm_of()
    client = signed_in(officer)
    assert client.get(f"{PAGE}/template.xlsx").content == template()
    checked = uploaded(client, sample_template())
    row = LoadedCatalogue.objects.get()
    assert checked.headers["Location"] == f"{PAGE}/{row.pk}"
    shown = client.get(checked.headers["Location"]).content.decode()
    assert "Takes the place of others" in shown
    assert "Sample, not the official text" in shown
    assert not row.in_force
    client.post(f"{PAGE}/{row.pk}/load", {"against": ""})
    assert LoadedCatalogue.objects.get().in_force
    assert "គំរូសាកល្បង" in signed_in(officer, "km").get(PAGE).content.decode()
    assert client.get(f"{PAGE}/shipped").status_code == 200
    client.post(f"{PAGE}/shipped", {"against": row.sha256})
    assert catalogue() == shipped()


@pytest.mark.django_db
def test_the_sample_is_one_button_and_loads_in_a_second_step() -> None:
    officer = firm_of()
    client = signed_in(officer)
    to = client.post(f"{PAGE}/sample").headers["Location"]
    assert catalogue() == shipped()
    assert client.get(to).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "why"), [("en", "is empty; it is needed."), ("km", "នៅទទេ។ ត្រូវតែបំពេញ។")])
def test_a_faulty_cell_is_named_with_row_column_and_reason(language: str, why: str) -> None:
    rows, about = sample_rows()
    rows[4] = Row(rows[4].number, {**rows[4].values, "good_km": "", "harm": "some"})
    answer = uploaded(signed_in(firm_of(), language), template(rows, about))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert why in shown
    for place in ("clauses", ">7<", ">R<", ">I<"):
        assert place in shown, place
    assert not LoadedCatalogue.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "cannot be opened"),
        ("a.txt", b"clauses", "workbook (.xlsx)"),
        ("a.yaml", b"lines: [", "is not YAML"),
        ("a.yaml", b"a: &a [1]\nlines: *a", "alias"),
        ("a.xlsx", b"", "empty"),
    ],
)
def test_a_damaged_file_is_answered_with_its_reason(name: str, content: bytes, said: str) -> None:
    answer = uploaded(signed_in(firm_of()), content, name)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_a_formula_is_named_and_never_executed() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(sample_template()))
    book["clauses"]["M5"] = '=HYPERLINK("https://example.org","x")'
    target = io.BytesIO()
    book.save(target)
    answer = uploaded(signed_in(firm_of()), target.getvalue())
    assert answer.status_code == 422
    assert "holds a formula" in answer.content.decode()
    assert ">M<" in answer.content.decode()


@pytest.mark.django_db
def test_only_the_officer_changes_the_catalogue() -> None:
    row = keep_checked(firm_of(), catalogue=sample())
    auditor = signed_in(person("auditor"))
    assert auditor.get(PAGE).status_code == 200
    assert auditor.get(f"{PAGE}/{row.pk}").status_code == 200
    for path in ("sample", "upload", "shipped", f"{row.pk}/load"):
        assert auditor.post(f"{PAGE}/{path}").status_code == 403


@pytest.mark.django_db
def test_a_sample_cannot_say_that_an_authority_stated_it() -> None:
    from krama.guidelines.catalogue_file import to_yaml

    said_so = to_yaml(sample()).replace("standing: pending", "standing: verified", 1)
    assert uploaded(signed_in(firm_of()), said_so.encode(), "s.yaml").status_code == 422


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_people_who_answer_while_a_catalogue_comes_into_force_lose_no_word() -> None:
    officer = firm_of()
    row = keep_checked(officer, catalogue=sample())
    lines = [LINE, "a2.hotline-link", "a4.helplines", "a1.partners"]
    words = [f"person {number} wrote\nbefore or after" for number in range(12)]

    def one(number: int) -> None:
        if number == 12:
            load(officer, row=row)
        else:
            said(officer, words[number], line=lines[number % 4], seen=0)

    assert at_once(one, 13) == []
    assert set(Saying.objects.values_list("words", flat=True)) == set(words)
    stands = {line.id for line in catalogue().lines} | {"a4.helplines"}
    assert set(Answer.objects.filter(revision__gt=0).values_list("line_id", flat=True)) <= stands


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_catalogue_waits_for_an_answer_that_is_being_written() -> None:
    officer = firm_of()
    row = keep_checked(officer, catalogue=sample())
    Answer.objects.filter(line_id=LINE).delete()  # a row that the load cannot see before it is written for good
    written, loaded = threading.Event(), threading.Event()

    def one(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                said(officer, "almost too late", seen=0)
                written.set()
                assert not loaded.wait(0.4)
        else:
            assert written.wait(20)
            load(officer, row=row)
            loaded.set()

    assert at_once(one, 2) == []
    assert Answer.objects.get(line_id=NEW).words == "almost too late"

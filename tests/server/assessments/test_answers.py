# SPDX-License-Identifier: Apache-2.0
"""Answers: nothing that was said is lost, whoever wrote at the same moment; handed on; shown by proofs."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.answers import give_proof, hand, say, withdraw_proof
from krama.server.assessments.models import Answer, GivenProof, Saying
from krama.server.assessments.queries.answers import answer_of, beside, proofs_of, sayings
from krama.server.assessments.queries.assessment import next_line, state_of
from krama.server.assessments.queries.catalogue import lines
from krama.server.trail.models import Entry
from tests.server.assessments.made_answers import LINE, firm_of, said, signed_in
from tests.server.builders import person

WRITERS = 20


def at_once(do: Callable[[int], None], count: int = WRITERS) -> list[BaseException]:
    """So many people at one moment; what went wrong for any of them."""
    failed: list[BaseException] = []
    ready = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            ready.wait(30)
            do(number)
        except BaseException as problem:
            failed.append(problem)
        finally:
            connection.close()

    people = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()
    return failed


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_people_answering_one_line_at_once_lose_no_word() -> None:
    officer = firm_of()
    Answer.objects.filter(line_id=LINE).delete()  # the first of them makes the row
    words = [f"person {number} ប្រាប់ថា\nline two" for number in range(WRITERS)]
    assert at_once(lambda number: void(say(officer, line_id=LINE, level=number % 5, words=words[number], seen=0))) == []
    rows = list(Saying.objects.filter(answer__line_id=LINE).order_by("number"))
    assert sorted(row.words for row in rows) == sorted(words)
    assert [row.number for row in rows] == list(range(1, WRITERS + 1)), "numbered without a gap"
    answer = answer_of(LINE)
    assert answer is not None
    assert answer.words == rows[0].words, "the first one holds, the others stand beside it"
    assert [row.beside for row in rows] == [False] + [True] * (WRITERS - 1)
    assert len(beside(LINE)) == WRITERS - 1
    assert Entry.objects.filter(event="answer:said").count() == WRITERS


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_people_answering_twenty_lines_in_any_order_all_get_through() -> None:
    officer = firm_of()
    ids = [line.id for line in lines()][:WRITERS]

    def answer_three(number: int) -> None:
        for step in range(3):
            line = ids[(number * 7 + step * 11) % WRITERS]
            say(officer, line_id=line, level=None, words=f"{number} on {line}", seen=0)

    assert at_once(answer_three) == []
    assert Saying.objects.count() == 3 * WRITERS
    for row in Answer.objects.exclude(revision=0):
        kept = list(row.sayings.order_by("number").values_list("number", flat=True))
        assert kept == list(range(1, row.revision + 1))


@pytest.mark.django_db
def test_who_writes_over_what_they_did_not_see_is_kept_beside_and_the_answer_stays() -> None:
    officer = firm_of()
    said(officer, "first", seen=0)
    late = said(person("officer"), "late", seen=0)
    assert (late.words, late.revision) == ("first", 2)
    assert late.kept_beside is not None
    assert late.kept_beside.words == "late"
    assert [one.words for one in beside(LINE)] == ["late"]
    said(officer, "first and late", seen=2)
    assert beside(LINE) == [], "joined, nothing waits"
    assert [one.words for one in sayings(LINE)] == ["first and late", "late", "first"]


@pytest.mark.django_db
def test_the_same_again_is_no_second_saying_even_late() -> None:
    officer = firm_of()
    said(officer, "same")
    again = said(person("officer"), "same", seen=0)
    assert (again.revision, again.kept_beside) == (1, None)


@pytest.mark.django_db
def test_a_look_that_changes_nothing_still_says_that_somebody_looked() -> None:
    officer = firm_of()
    said(officer, "as it was")
    Answer.objects.filter(line_id=LINE).update(needs_look=True, needs_look_why="reworded")
    row = said(officer, "as it was")
    assert (row.needs_look, row.needs_look_why, row.revision) == (False, "", 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"level": 5}, "level"),
        ({"level": None}, "level"),
        ({"level": None, "words": " \n "}, "level"),
        ({"set_aside": True, "why_aside": " "}, "why_aside"),
        ({"words": "x" * 10_001}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"seen": 7}, "seen"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_field(wrong: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"level": 1, "words": "", "seen": 0, **wrong}
    with pytest.raises(BadInput) as refused:
        say(firm_of(), line_id=LINE, **given)
    assert refused.value.fields["field"] == field
    assert not Saying.objects.exists()


@pytest.mark.django_db
def test_a_line_that_the_catalogue_does_not_hold_has_no_answer() -> None:
    with pytest.raises(NotFound):
        say(firm_of(), line_id="no.such-line", level=1, words="", seen=0)


@pytest.mark.django_db
def test_the_head_of_a_unit_answers_what_lies_with_the_unit_and_hands_it_on_within() -> None:
    officer, head, other = firm_of(), person("reviewer"), person("reviewer")
    unit = add_unit(officer, name="Care", kind="customer-care", head=head)
    far = add_unit(officer, name="Far", kind="legal")
    address = f"/guidelines/lines/{LINE}"
    assert signed_in(head).post(address, {"level": "3", "seen": "0"}).status_code == 403
    hand(officer, line_id=LINE, owner=None, unit=unit, review_on=None)
    assert signed_in(head).post(address, {"level": "3", "seen": "0"}).status_code == 302
    assert signed_in(other).post(address, {"level": "3", "seen": "1"}).status_code == 403
    assert signed_in(head).post(f"{address}/hand", {"unit": unit.pk, "owner": other.pk}).status_code == 302
    assert signed_in(other).post(address, {"level": "2", "seen": "1"}).status_code == 302
    assert signed_in(head).post(f"{address}/hand", {"unit": far.pk}).status_code == 403
    row = answer_of(LINE)
    assert row is not None
    assert (row.level, row.owner, row.unit) == (2, other, unit)


@pytest.mark.django_db
def test_a_day_of_review_lies_ahead() -> None:
    officer = firm_of()
    with pytest.raises(BadInput, match="passed"):
        hand(officer, line_id=LINE, owner=None, unit=None, review_on=timezone.localdate() - timedelta(days=1))


@pytest.mark.django_db
def test_of_a_document_only_fingerprint_and_place_are_kept() -> None:
    client = signed_in(firm_of())
    data = "លិខិតតែងតាំង".encode()
    sent = {"proof_id": "appointment", "title": "Letter", "place": "Safe 2", "file": SimpleUploadedFile("a.pdf", data)}
    assert client.post(f"/guidelines/lines/{LINE}/proofs/upload", sent).status_code == 302
    (row,) = proofs_of(LINE)
    assert (row.kind, row.sha256, row.size, row.place) == (
        "file",
        hashlib.sha256(data).hexdigest(),
        len(data),
        "Safe 2",
    )
    assert client.post(f"/guidelines/lines/{LINE}/proofs/{row.pk}/withdraw").status_code == 302
    assert proofs_of(LINE) == []
    assert GivenProof.objects.count() == 1, "that it was given stays"
    with pytest.raises(Conflict):
        withdraw_proof(person("officer"), proof=row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "live"}, "kind"),
        ({"kind": "link", "proof_id": "live.unit-heads-named", "url": "https://example.org"}, "kind"),
        ({"kind": "link", "proof_id": "no-such", "url": "https://example.org"}, "proof_id"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "link"}, "url"),
        ({"kind": "file", "sha256": "0" * 64}, "place"),
        ({"kind": "person"}, "said"),
        ({"kind": "person", "said": "seen", "title": " "}, "title"),
    ],
)
def test_what_is_no_proof_is_refused_with_its_field(given: dict[str, Any], field: str) -> None:
    whole = {"proof_id": "appointment", "title": "T", **given}
    with pytest.raises(BadInput) as refused:
        give_proof(firm_of(), line_id=LINE, **whole)
    assert refused.value.fields["field"] == field


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_pages_show_where_each_line_stands(language: str) -> None:
    officer = firm_of()
    said(officer, "we <b>do</b> it", level=3)
    client = signed_in(officer, language)
    page = client.get("/guidelines/assessment", {"state": "met"}).content.decode()
    assert page.count('<th role="rowheader"') == 1
    shown = client.get(f"/guidelines/lines/{LINE}").content.decode()
    assert "we &lt;b&gt;do&lt;/b&gt; it" in shown
    assert client.get("/guidelines/lines/no.such").status_code == 404


@pytest.mark.django_db
def test_a_faulty_form_comes_back_with_what_was_typed() -> None:
    client = signed_in(firm_of())
    sent = {"words": "typed in", "set_aside": "on", "why_aside": "", "seen": "0"}
    answer = client.post(f"/guidelines/lines/{LINE}", sent)
    assert answer.status_code == 422
    assert "typed in" in answer.content.decode()
    assert not Saying.objects.exists()


@pytest.mark.django_db
def test_the_next_to_answer_is_the_worst_for_a_child_of_what_waits() -> None:
    officer = firm_of()
    first = next_line(officer)
    assert first is not None
    assert first.harm == "immediate"
    said(officer, line=first.id, level=3)
    assert next_line(officer) != first
    assert state_of(answer_of(first.id)) == "met"
    assert next_line(person("auditor")) is None


def void(_: object) -> None:
    """What was done is enough."""

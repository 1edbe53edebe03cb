# SPDX-License-Identifier: Apache-2.0
"""Editions: how everything stood, kept for good, approved by another person, compared year on year."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from krama.errors import BadInput, Conflict, NotFound
from krama.server.assessments.actions.answers import give_proof
from krama.server.assessments.actions.editions import approve, send_back, submit
from krama.server.assessments.actions.papers import hash_of
from krama.server.assessments.models import Edition
from krama.server.assessments.queries.catalogue import lines
from krama.server.assessments.queries.editions import compared, count, edition_of
from krama.server.trail.models import Entry
from tests.server.assessments.made_answers import LINE, firm_of, said, signed_in
from tests.server.builders import person

pytestmark = pytest.mark.django_db


def test_an_edition_keeps_every_answer_word_and_proof_and_its_hash_stands_in_the_trail() -> None:
    officer = firm_of()
    said(officer, "=1+1 ជា\nអក្សរ", level=3)
    given: dict[str, Any] = {
        "proof_id": "appointment",
        "kind": "file",
        "title": "Letter",
        "sha256": "0" * 64,
        "place": "Safe",
    }
    give_proof(officer, line_id=LINE, **given)
    row = submit(officer, name="  2026 ")
    (line,) = [line for line in row.body["lines"] if line["id"] == LINE]
    assert (line["level"], line["words"]) == (3, "=1+1 ជា\nអក្សរ")
    assert line["proofs"][0]["sha256"] == "0" * 64
    assert len(row.body["lines"]) == len(lines()), "what nobody answered stands there too"
    read = edition_of(1)
    assert (read.name, read.sha256) == ("2026", hash_of(read.body))
    assert Entry.objects.filter(event="edition:submitted", details__sha256=row.sha256).exists()
    assert officer.name not in str(row.body)


def test_what_is_answered_later_does_not_change_it() -> None:
    officer = firm_of()
    said(officer, "then")
    row = submit(officer, name="2026")
    said(officer, "now")
    assert edition_of(1).body == row.body
    row.body = {}
    with pytest.raises(Conflict):
        row.save()
    with pytest.raises(Conflict):
        row.save(update_fields=["body"])
    with pytest.raises(Conflict):
        row.delete()


def test_the_submitter_never_decides_and_nobody_decides_twice() -> None:
    officer, lead = firm_of(), person("lead")
    submit(officer, name="2026")
    with pytest.raises(Conflict, match="another person"):
        approve(officer, number=1)
    with pytest.raises(BadInput):
        send_back(lead, number=1, note=" ")
    assert approve(lead, number=1).state == Edition.State.APPROVED
    with pytest.raises(Conflict, match="already"):
        send_back(lead, number=1, note="no")
    with pytest.raises(NotFound):
        approve(lead, number=9)


def test_without_a_profile_or_a_name_there_is_none() -> None:
    with pytest.raises(Conflict):
        submit(person("officer"), name="2026")
    with pytest.raises(BadInput):
        submit(firm_of(), name=" ")


def test_two_editions_are_compared_line_by_line_what_became_worse_first() -> None:
    officer = firm_of()
    ids = [line.id for line in lines()][:3]
    for line, level in zip(ids, (1, 3, 2), strict=True):
        said(officer, line=line, level=level)
    before = submit(officer, name="2025").body
    after = copy.deepcopy(before)
    levels = dict(zip(ids, (3, 1, 2), strict=True))
    for line in after["lines"]:
        line["level"] = levels.get(line["id"], line["level"])
    gone, new = after["lines"].pop()["id"], {**after["lines"][0], "id": "a.new-one"}
    after["lines"].append(new)
    found = {one.id: one.change for one in compared(before, after, "en")}
    assert [found[id] for id in ids] == ["better", "worse", "same"]
    assert (found[gone], found["a.new-one"]) == ("gone", "new")
    assert compared(before, after, "en")[0].change == "worse"
    counted = count("all", before["lines"])
    assert (counted.answered, counted.met) == (3, 1)


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_pages(language: str) -> None:
    officer, lead = firm_of(), person("lead")
    said(officer, "<i>")
    client = signed_in(officer, language)
    assert client.get("/guidelines/editions/compare").status_code == 200
    assert client.post("/guidelines/editions/submit", {"name": " "}).status_code == 422
    for name in ("2025", "2026"):
        assert client.post("/guidelines/editions/submit", {"name": name}).status_code == 302
    assert "&lt;i&gt;" in client.get("/guidelines/editions/1").content.decode()
    decide = "/guidelines/editions/1/decide"
    assert client.post(decide, {"decision": "approve"}).status_code == 409
    assert signed_in(person("reviewer")).post(decide, {"decision": "approve"}).status_code == 403
    assert signed_in(lead).post(decide, {"decision": "return"}).status_code == 422
    assert signed_in(lead).post(decide, {"decision": "approve"}).status_code == 302
    for query in ("", "?from=1&to=2", "?from=x&to=99"):
        assert client.get(f"/guidelines/editions/compare{query}").status_code == 200
    assert client.get("/guidelines/editions/7").status_code == 404

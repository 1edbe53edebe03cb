# SPDX-License-Identifier: Apache-2.0
"""Clauses from a workbook: laid over the model, every fault named by its cell, nothing executed, nothing passed off."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from krama.guidelines import BadEntry, Catalogue, load, shipped
from krama.guidelines.catalogue_file import from_yaml, to_plain, to_yaml
from krama.guidelines.clause_sheets import about_columns, clause_columns, sample_rows, sample_template, template
from krama.guidelines.clauses import is_sample, laid_over, read_clauses, read_file, sample
from krama.guidelines.faults import BadWorkbook
from krama.guidelines.load import FOLDER
from krama.guidelines.workbook import Row, letter
from krama.text import khmer_share, spelling_faults


def cell(sheet: str, key: str, row: int = 3) -> str:
    """Where a column stands, as a spreadsheet names it."""
    columns = clause_columns(shipped()) if sheet == "clauses" else about_columns()
    return f"{letter(next(place for place, column in enumerate(columns) if column.key == key))}{row}"


def faults_of(do: Callable[[], object]) -> list[tuple[str, str, str, str]]:
    """What a faulty workbook is answered with."""
    with pytest.raises(BadWorkbook) as found:
        do()
    return [(fault.sheet, fault.cell, fault.why.en, fault.why.km) for fault in found.value.faults]


def planted(sheet: str, **cells: str) -> tuple[list[Row], list[Row]]:
    """The sample with other words in the first row of a sheet."""
    rows, about = sample_rows()
    chosen = rows if sheet == "clauses" else about
    chosen[0] = Row(chosen[0].number, {**chosen[0].values, **cells})
    return rows, about


def test_the_sample_says_in_both_languages_that_it_is_one() -> None:
    made = sample()
    lines = [line for line in made.lines if line.source.startswith("CL-")]
    assert len(lines) == 8
    assert is_sample(made)
    assert not is_sample(shipped())
    for text in (made.title, made.about, *(line.text for line in lines)):
        assert text.en.startswith("Sample")
        assert text.km.startswith("គំរូសាកល្បង")
    assert {line.standing for line in lines} == {"pending"}
    assert all(line.id.startswith("sample.") for line in lines)


def test_the_sample_is_written_in_the_khmer_of_the_house() -> None:
    for line in sample().lines:
        for text in (line.text, line.why, line.good):
            assert list(spelling_faults(text.km)) == [], text.km
            assert khmer_share(text.km) >= 0.6


def test_lines_that_no_clause_replaces_stay_and_the_others_are_gone() -> None:
    made = sample()
    replaced = {id for line in made.lines for id in line.replaces}
    assert len(replaced) == 6
    assert {line.id for line in shipped().lines} - {line.id for line in made.lines} == replaced
    assert all(made.line(line.id) == line for line in shipped().lines if line.id not in replaced)


def test_a_clause_keeps_what_other_bodies_ask_where_the_replaced_line_was() -> None:
    line, old = sample().line("sample.focal-person"), shipped().line("a1.responsible-person")
    assert line is not None
    assert old is not None
    assert line.references == old.references != ()


@pytest.mark.parametrize("catalogue", [shipped(), sample()], ids=["shipped", "sample"])
def test_a_catalogue_is_one_text_that_is_read_back_equal(tmp_path: Path, catalogue: Catalogue) -> None:
    text = to_yaml(catalogue)
    (tmp_path / "one.yaml").write_text(text, "utf-8")
    assert load(tmp_path / "one.yaml") == catalogue
    assert from_yaml(text) == catalogue
    schema = json.loads((FOLDER / "schema.json").read_text("utf-8"))
    raw = json.loads(json.dumps(to_plain(catalogue), default=str))
    assert list(Draft202012Validator(schema).iter_errors(raw)) == []


def test_the_sample_as_a_workbook_comes_back_as_the_sample() -> None:
    assert read_clauses(sample_template()) == sample()
    assert sample_template() == sample_template()


def test_an_empty_template_asks_for_a_clause() -> None:
    found = faults_of(lambda: read_clauses(template()))
    assert {(sheet, place) for sheet, place, _, _ in found} == {("clauses", "A3"), ("about", "A3")}


PLANTED = [
    ("clauses", {"id": ""}, "is empty"),
    ("clauses", {"id": "Clause 1"}, "is no name"),
    ("clauses", {"id": "x" * 81}, "is no name"),
    ("clauses", {"id": "a1.partners"}, "line of the model"),
    ("clauses", {"id": "=1+1"}, "is no name"),
    ("clauses", {"clause": "§ 3"}, "is no number"),
    ("clauses", {"standing": "model"}, "is not known"),
    ("clauses", {"standing": "verified"}, "use pending"),
    ("clauses", {"replaces": "a1.nothing"}, "is not known"),
    ("clauses", {"replaces": "a1.partners, a1.partners"}, "twice"),
    ("clauses", {"pillar": "kh-5"}, "use kh-1, kh-2, kh-3, kh-4"),
    ("clauses", {"area": "north"}, "is not known"),
    ("clauses", {"sectors": ""}, "is empty"),
    ("clauses", {"sectors": "sm, bank"}, "`bank` is not known"),
    ("clauses", {"features": "wings"}, "`wings` is not known"),
    ("clauses", {"harm": "some"}, "is not known"),
    ("clauses", {"effort": "a-minute"}, "an-hour"),
    ("clauses", {"who": "somebody"}, "krama, firm, both"),
    ("clauses", {"proof": "rumour"}, "`rumour` is not known"),
    ("clauses", {"text_en": ""}, "is empty"),
    ("clauses", {"text_km": "Only English."}, "hardly any Khmer"),
    ("clauses", {"why_km": " \u200b"}, "is empty"),
    ("clauses", {"good_en": "x" * 2001}, "longer than 2000"),
    ("about", {"id": "Sample"}, "is no name"),
    ("about", {"version": "1.5"}, "whole number"),
    ("about", {"version": "0"}, "whole number"),
    ("about", {"published": "23/11/2026"}, "is no day"),
    ("about", {"title_km": "Title"}, "hardly any Khmer"),
    ("about", {"source_en": ""}, "is empty"),
]


@pytest.mark.parametrize(("sheet", "cells", "words"), PLANTED)
def test_a_planted_fault_is_named_by_sheet_row_column_and_reason(sheet: str, cells: dict[str, str], words: str) -> None:
    found = faults_of(lambda: laid_over(*planted(sheet, **cells)))
    (key,) = cells
    assert [(fault[0], fault[1]) for fault in found] == [(sheet, cell(sheet, key))]
    assert words in found[0][2]
    assert khmer_share(found[0][3].split("`")[0] or "ក") >= 0.5


def test_all_faults_are_named_at_once() -> None:
    rows, about = planted("clauses", harm="some", good_km="")
    rows[3] = Row(rows[3].number, {**rows[3].values, "id": rows[2].values["id"], "replaces": "a1.responsible-person"})
    about.append(about[0])
    found = faults_of(lambda: laid_over(rows, about))
    assert [(fault[0], fault[1]) for fault in found] == [
        ("about", "A3"),
        ("clauses", cell("clauses", "harm")),
        ("clauses", cell("clauses", "good_km")),
        ("clauses", cell("clauses", "id", 6)),
        ("clauses", cell("clauses", "replaces", 6)),
    ]


def test_pasted_khmer_loses_its_invisible_marks_and_line_breaks() -> None:
    made = laid_over(*planted("clauses", text_km="តែងតាំង\u200bអ្នក\nទទួលបន្ទុក", clause="៣.២"))
    line = made.line("sample.focal-person")
    assert line is not None
    assert (line.text.km, line.source) == ("តែងតាំងអ្នក ទទួលបន្ទុក", "CL-3.2")


def test_a_formula_or_an_error_in_any_cell_is_named_and_not_executed() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(sample_template()))
    book["clauses"]["M4"], book["about"]["D3"] = "=1+1", "=cmd|' /C calc'!A0"
    target = io.BytesIO()
    book.save(target)
    found = faults_of(lambda: read_clauses(target.getvalue()))
    assert [(fault[0], fault[1]) for fault in found] == [("clauses", "M4"), ("about", "D3")]
    assert all("formula" in fault[2] for fault in found)


def test_text_that_looks_like_a_formula_goes_out_and_comes_in_as_text() -> None:
    rows, about = planted("clauses", text_en="=HYPERLINK(1)", why_en="@SUM(1)", good_en="-1+1")
    content = template(rows, about)
    line = read_clauses(content).line("sample.focal-person")
    assert line is not None
    assert (line.text.en, line.why.en, line.good.en) == ("=HYPERLINK(1)", "@SUM(1)", "-1+1")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- a1.responsible-person\n", "- a1.partners\n", "still stands"),
        ("- a4.helplines\n", "- a1.responsible-person\n", "is replaced by"),
        ("- a4.helplines\n", "- A B\n", "is not the id of a line"),
        ("source: CL-S-1\n", "source: XX-1\n", "no known document"),
        ("standing: pending\n", "standing: verified\n", "sample"),
    ],
)
def test_a_catalogue_file_with_a_planted_fault_is_refused(old: str, new: str, words: str) -> None:
    text = to_yaml(sample())
    at = text.index(old, text.index("lines:"))
    with pytest.raises(BadEntry, match=words):
        read_file((text[:at] + text[at:].replace(old, new, 1)).encode(), "c.yaml")

# SPDX-License-Identifier: Apache-2.0
"""Answers go out into a workbook and come back without losing a letter; each faulty cell is named."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krama.guidelines.answers_book import SHEET, Entry, Given, Said, read_answers, write_answers
from krama.guidelines.workbook import LONGEST, BadWorkbook
from krama.text import Text, khmer_share

NONE = Said()
LINE = Text("Do it.", "ធ្វើវា។")
SCALE = tuple(Text(f"Level {level}", f"កម្រិត {level}") for level in range(5))
NASTY = ["=1+1", "+855", "-x", "@sum", "កុមារ\nនិង\tគ្រួសារ", "a\r\nb", " x ", "<r>x</r>", "_x0041_", "\x00", ""]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(NASTY)
said = st.builds(Said, st.none() | st.integers(0, 4), words, st.just(False), words)
aside = st.builds(Said, st.none() | st.integers(0, 4), words, st.just(True), words.filter(str.strip))


def entry(line_id: str, answer: Said = NONE, seen: int = 0) -> Entry:
    return Entry(line_id, LINE, LINE, LINE, answer, "Sok", "Care", seen)


def book(*entries: Entry) -> bytes:
    return write_answers(entries, SCALE)


def back(content: bytes, *lines: str) -> list[Given]:
    return list(read_answers(content, lines or ("a", "b", "c")))


def written(content: bytes, **cells: object) -> bytes:
    """As somebody fills it in with another program."""
    other = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        other[SHEET][place] = value
    target = io.BytesIO()
    other.save(target)
    return target.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.lists(said | aside, min_size=1, max_size=3), st.integers(0, 10**8))
@example([Said(0, "=HYPERLINK(1)", True, "@កុមារ\n")], 0)
def test_a_round_trip_loses_nothing(answers: list[Said], seen: int) -> None:
    ids = [f"a1.line-{number}" for number in range(len(answers))]
    found = back(book(*(entry(*pair, seen) for pair in zip(ids, answers, strict=True))), *ids)
    assert [(row.line_id, row.said, row.seen) for row in found] == [
        (*pair, seen) for pair in zip(ids, answers, strict=True)
    ]
    assert not any(row.touched for row in found)


def test_what_is_filled_in_elsewhere_comes_back_as_touched() -> None:
    filled = written(
        book(entry("a", seen=4), entry("b", Said(2, "ឃើញ"))), H3=3, I3="We do.\nធ្វើ", J4="Yes", K4="none here"
    )
    first, second = back(filled)
    assert (first.said, first.seen, first.touched) == (Said(3, "We do.\nធ្វើ"), 4, True)
    assert (second.said, second.touched) == (Said(2, "ឃើញ", True, "none here"), True)


def test_a_row_put_back_as_it_was_is_not_touched() -> None:
    assert not back(written(book(entry("a", Said(3, "x"))), H3=3.0, J3="ទេ"))[0].touched


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"H3": 5}, ["H3: is no level"]),
        ({"H3": "three"}, ["H3: is no level"]),
        ({"H3": 2.5}, ["H3: is no level"]),
        ({"J3": "perhaps"}, ["J3: is neither"]),
        ({"J3": "yes", "K3": "  "}, ["K3: is empty; say why"]),
        ({"N3": None}, ["N3: was not written out"]),
        ({"N3": "1" * 20}, ["N3: was not written out"]),
        ({"A3": "b"}, ["A3: stands in two rows", "A4: stands in two rows"]),
        ({"A3": "zz"}, ["A3: is no line that applies"]),
        ({"A3": None}, ["A3: is empty"]),
        ({"I3": "=1+1"}, ["I3: holds a formula"]),
        ({"H3": 9, "H4": -1}, ["H3: is no level", "H4: is no level"]),
    ],
)
def test_each_faulty_cell_is_named_and_nothing_is_taken(cells: dict[str, object], named: list[str]) -> None:
    with pytest.raises(BadWorkbook) as found:
        back(written(book(entry("a"), entry("b")), **cells))
    said = [str(fault) for fault in found.value.faults]
    assert len(said) == len(named)
    assert all(one.startswith(f"{SHEET} {begin}") for one, begin in zip(said, named, strict=True)), said
    assert all(khmer_share(fault.why.km) > 0.6 for fault in found.value.faults)


def test_a_column_moved_by_its_reader_is_named_where_it_stands() -> None:
    other = openpyxl.load_workbook(io.BytesIO(book(entry("a"))))
    other[SHEET].insert_cols(1)
    other[SHEET]["I3"] = 7
    target = io.BytesIO()
    other.save(target)
    with pytest.raises(BadWorkbook, match=f"{SHEET} I3: is no level"):
        back(target.getvalue())


def test_an_answer_longer_than_a_cell_is_said_before_writing() -> None:
    with pytest.raises(BadWorkbook, match=f"{SHEET} I3: .*longer"):
        book(entry("a", Said(1, "ក" * (LONGEST + 1))))


def test_the_levels_stand_on_a_sheet_of_their_own_and_the_revision_is_hidden() -> None:
    other = openpyxl.load_workbook(io.BytesIO(book(entry("a", seen=7))))
    assert [row[2].value for row in other["Levels"].iter_rows(min_row=3)] == [text.en for text in SCALE]
    assert other[SHEET].column_dimensions["N"].hidden
    assert {"H3", "J3"} == {str(rule.sqref) for rule in other[SHEET].data_validations.dataValidation}

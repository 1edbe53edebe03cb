# SPDX-License-Identifier: Apache-2.0
"""A workbook brings back every letter; a damaged one, a formula and a bomb are answered with a place and a reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krama.guidelines.workbook import LONGEST, BadWorkbook, Column, Sheet, letter, read, write

COLUMNS = (Column("id", "លេខ / Number", needed=True), Column("said", "ពាក្យ / Words", allowed=("yes", "no")))
NASTY = [
    "=1+1",
    "+855",
    "-x",
    "@sum",
    "កុមារ\nនិង\tគ្រួសារ",
    " \u200b ",
    "a\r\nb",
    "<r>x</r>",
    "_x0041_x0042_",
    "_x005F_",
    "&amp;<!--",
]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(NASTY)


def book(*rows: tuple[str, str]) -> bytes:
    return write([Sheet("Answers", COLUMNS, rows, room=20)])


def back(content: bytes) -> list[tuple[str, ...]]:
    return [tuple(row.values.values()) for row in read(content, "Answers", COLUMNS)]


def faults(content: bytes) -> list[str]:
    with pytest.raises(BadWorkbook) as found:
        read(content, "Answers", COLUMNS)
    assert all(fault.why.en and fault.why.km for fault in found.value.faults)
    return [str(fault) for fault in found.value.faults]


def answered(content: bytes) -> list[tuple[str, ...]]:
    """Its rows, or nothing when it is refused with at least one reason; any other error is an error."""
    try:
        return back(content)
    except BadWorkbook as error:
        return [] if error.faults and error.detail else [("refused without a reason",)]


def changed(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The same workbook with parts changed, left out or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name, part)
    return target.getvalue()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(words.filter(bool), words), min_size=1, max_size=4))
@example([("=HYPERLINK(1)", "កុមារ"), ("_x000D_", "\r")])
@example([("<r>x</r>", "_x0041_x0042_"), ("\x00\x0b", "\ufffe")])
def test_what_is_written_comes_back_letter_for_letter(rows: list[tuple[str, str]]) -> None:
    assert back(book(*rows)) == rows


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert book(("a", "=b")) == book(("a", "=b"))


def test_another_reader_sees_text_and_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book(*((text, "x") for text in NASTY))))["Answers"]
    cells = [row[0] for row in sheet.iter_rows(min_row=3)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:5] == NASTY[:5]


@pytest.mark.parametrize(
    ("text", "reason"), [("x" * (LONGEST + 1), "longer"), ("😀" * 16_384, "longer"), ("\ud800", "half")]
)
def test_what_no_cell_can_hold_is_answered_before_writing(text: str, reason: str) -> None:
    with pytest.raises(BadWorkbook, match=f"Answers B4: .*{reason}"):
        book(("a", "b"), ("c", text))


def test_the_longest_text_comes_back() -> None:
    assert back(book(("a", "ក" * LONGEST))) == [("a", "ក" * LONGEST)]


def test_a_workbook_of_another_program_is_read() -> None:
    other = openpyxl.Workbook()
    page = other.active
    assert page is not None
    page.title = "Answers"
    for row in (["note", "said", "id"], ["", "", ""], [None, "កុមារ", 3], [None, None, None], ["x", True, 2.5]):
        page.append(row)
    target = io.BytesIO()
    other.save(target)
    assert back(target.getvalue()) == [("3", "កុមារ"), ("2.5", "true")]


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://example.org")', "=cmd|' /C x'!A0"])
def test_a_formula_is_refused_with_its_place(formula: str) -> None:
    other = openpyxl.load_workbook(io.BytesIO(book(("a", "b"), ("c", "d"))))
    other["Answers"]["B4"] = formula
    other["Answers"]["F3"] = formula  # a column that nobody asked for
    target = io.BytesIO()
    other.save(target)
    assert [fault.partition(";")[0] for fault in faults(target.getvalue())] == [
        "Answers F3: holds a formula",
        "Answers B4: holds a formula",
    ]


def test_a_needed_cell_that_is_empty_is_named_with_all_others() -> None:
    assert faults(book(("", "b"), ("c", "d"), ("", "e"))) == [
        "Answers A3: is empty; it is needed.",
        "Answers A5: is empty; it is needed.",
    ]


def test_a_missing_sheet_or_column_is_named() -> None:
    content = write([Sheet("Other", COLUMNS[:1], (("a",),))])
    assert "The sheet is missing" in faults(content)[0]
    with pytest.raises(BadWorkbook, match="the column `said`"):
        read(content, "Other", COLUMNS)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be opened"),
        (b"id,said\n1,2\n", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old .xls"),
        (changed(book(("a", "b")), lambda name, part: part, **{"xl/vbaProject.bin": b"x"}), "macros"),
        (changed(book(("a", "b")), lambda name, part: part, **{"../../etc/x": b"x"}), "points outside"),
        (changed(book(("a", "b")), lambda name, part: part, **{"xl/big.xml": b" " * 5_000_000}), "grows more than"),
        (changed(book(("a", "b")), lambda name, part: ENTITY + part if "sheet1" in name else part), "declarations"),
        (
            changed(book(("a", "b")), lambda name, part: part.decode().encode("utf-16") if "Strings" in name else part),
            "declarations",
        ),
        (changed(book(("a", "b")), lambda name, part: None if "workbook.xml" in name else part), "cannot be read"),
        (
            changed(book(("a", "b")), lambda name, part: part.replace(b'<row r="3"', b'<row r="999999999"')),
            "more than 20000 rows",
        ),
        (
            changed(book(("a", "b")), lambda name, part: re.sub(rb"<v>\d+</v>", b"<v>99</v>", part)),
            "cannot be read",
        ),
    ],
)
def test_what_is_no_plain_workbook_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert any(reason in fault for fault in faults(content)), faults(content)


WHOLE = book(("a", "កុមារ"), ("b", "=x"))


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_workbook_is_a_reason_or_reads_as_it_was(place: int, byte: int, cut: bool) -> None:
    damaged = WHOLE[:place] if cut else WHOLE[:place] + bytes([WHOLE[place] ^ byte]) + WHOLE[place + 1 :]
    assert answered(damaged) in (back(WHOLE), [])


@settings(max_examples=100, deadline=None)
@given(
    place=st.integers(0, 10_000),
    byte=st.binary(min_size=1, max_size=3),
    part=st.sampled_from(["sheet1", "Strings", "workbook"]),
)
def test_a_part_changed_with_its_checksum_made_good_is_never_another_error(place: int, byte: bytes, part: str) -> None:
    def spoil(name: str, old: bytes) -> bytes:
        at = place % len(old)
        return old[:at] + byte + old[at + 1 :] if part in name else old

    assert ("refused without a reason",) not in answered(changed(WHOLE, spoil))


def test_letters_of_columns() -> None:
    assert [letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

# SPDX-License-Identifier: Apache-2.0
"""Workbooks both ways: sheets of text that come back letter for letter; a fault names sheet, row, column and reason.

Must never write a cell as a formula, nor take one in: what begins with = + - @ is text and stays text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from krama.guidelines.cells import MAIN, Cell, cells_of
from krama.guidelines.faults import LONGEST, WRONG, BadWorkbook, Fault, letter
from krama.text import Text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["LONGEST", "BadWorkbook", "Column", "Fault", "Row", "Sheet", "letter", "read", "write"]
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same sheets give the same bytes
STRINGS = "xl/sharedStrings.xml"
HEAD_ROWS = 2  # row 1: the keys that a program reads; row 2: the words for people
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Column:
    """One column: its key stands in row 1, its words in row 2; `allowed` becomes a list to choose from."""

    key: str
    head: str
    width: int = 20
    hidden: bool = False
    needed: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A table of text; a number is written as its digits."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    room: int = 0  # so many rows below have the lists to choose from as well


@dataclass(frozen=True)
class Row:
    """One row that holds something: its number, the text of each known column, and that column's letter."""

    number: int
    values: Mapping[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)  # the column of each key, where it was read


def write(sheets: Sequence[Sheet]) -> bytes:
    """The workbook; the same sheets give the same bytes. What no cell can hold is answered before writing."""
    _check_texts(sheets)
    import xlsxwriter

    # XlsxWriter lays out the sheets over tokens; the texts are escaped here, since it takes `<r>…</r>` for markup.
    texts: dict[str, str] = {}
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": MADE})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#F4F1EA"})
    key = book.add_format({"font_color": "#82868D", "font_size": 8})
    cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(HEAD_ROWS, 0)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width, cell, {"hidden": column.hidden})
            _choice(page, place, column, len(sheet.rows) + sheet.room)
        titles = ([c.key for c in sheet.columns], key), ([c.head for c in sheet.columns], head)
        for number, (row, form) in enumerate((*titles, *((row, cell) for row in sheet.rows))):
            for place, text in enumerate(row):
                if text:
                    page.write_string(number, place, texts.setdefault(text, f"t{len(texts)}"), form)
    book.close()
    return _with_texts(target.getvalue(), texts)


def read(content: bytes, sheet: str, columns: Sequence[Column]) -> list[Row]:
    """The rows of one sheet below its two head rows; every faulty cell is named before anything is taken."""
    rows = cells_of(content, sheet)
    faults: list[Fault] = []
    keys: list[str] = []
    for number, cells in rows:
        if number == 1:
            keys = [str(value) if kind == "s" else "" for kind, value in cells]
            break
    if missing := [column for column in columns if keys.count(column.key) != 1]:
        raise BadWorkbook(faults=[_missing(sheet, column) for column in missing])
    wanted = {keys.index(column.key): column for column in columns}
    found = [_row(sheet, number, cells, wanted, faults) for number, cells in rows if number > HEAD_ROWS]
    if faults:
        raise BadWorkbook(faults=faults)
    return [row for row in found if any(row.values.values())]


def _row(sheet: str, number: int, cells: Sequence[Cell], wanted: Mapping[int, Column], faults: list[Fault]) -> Row:
    values = dict.fromkeys((column.key for column in wanted.values()), "")
    for place, (kind, value) in enumerate(cells):
        try:
            text = _text(kind, value)
        except ValueError as error:
            faults.append(Fault(sheet, number, letter(place), WRONG[str(error)]))
        else:
            if place in wanted:
                values[wanted[place].key] = text
    if any(values.values()):
        empty = [(place, column) for place, column in wanted.items() if column.needed and not values[column.key]]
        faults.extend(Fault(sheet, number, letter(place), WRONG["empty"]) for place, _ in empty)
    return Row(number, values, {column.key: letter(place) for place, column in wanted.items()})


def _text(kind: str, value: object) -> str:
    if kind in ("f", "e"):
        raise ValueError("formula" if kind == "f" else "error")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else str(value or "")
    if value == 0:
        return "0"
    if HALF.search(text):
        raise ValueError("half")
    return text


def _check_texts(sheets: Sequence[Sheet]) -> None:
    faults = []
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=HEAD_ROWS + 1):
            for place, text in enumerate(row):
                if len(text) > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
                    faults.append(Fault(sheet.name, number, letter(place), WRONG["long"]))
                if HALF.search(text):
                    faults.append(Fault(sheet.name, number, letter(place), WRONG["half"]))
    if faults:
        raise BadWorkbook(faults=faults)


def _choice(page: Worksheet, place: int, column: Column, rows: int) -> None:
    # A list inside the cell's own rule may be 255 letters long; a longer one stands on the sheet of words.
    if column.allowed and rows and len(",".join(column.allowed)) <= 255:
        rule = {"validate": "list", "source": list(column.allowed), "error_type": "warning"}
        page.data_validation(HEAD_ROWS, place, HEAD_ROWS + rows - 1, place, rule)


def _with_texts(book: bytes, texts: Mapping[str, str]) -> bytes:
    said = "".join(f'<si><t xml:space="preserve">{_escaped(text)}</t></si>' for text in texts)
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{MAIN}">{said}</sst>'
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, table.encode() if name == STRINGS else old.read(name))
    return target.getvalue()


def _escaped(text: str) -> str:
    return escape(TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _missing(sheet: str, column: Column) -> Fault:
    said = Text(
        f"the column `{column.key}` ({column.head}) is missing or stands twice.",
        f"ខ្វះ ឬមានពីរដង៖ ជួរឈរ `{column.key}`។",
    )
    return Fault(sheet, 1, "", said)

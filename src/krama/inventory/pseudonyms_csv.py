# SPDX-License-Identifier: Apache-2.0
"""CSV, row by row. Cells that a spreadsheet would take for a formula come out as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TextIO

from krama.inventory.pseudonyms import GONE, BadData, Pseudonymiser, shown_name
from krama.inventory.pseudonyms_text import Lines
from krama.inventory.rules import Rule, Rules, steps_of

LONGEST_CELL = 1024 * 1024  # characters; csv's own limit of 131,072 is below what people write in one field
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]\d+(\.\d+)?")  # means itself in a spreadsheet
OTHERS = (";", "\t", "|", ",")


def pseudonymise_csv(
    stream: BinaryIO,
    out: TextIO | None,
    maker: Pseudonymiser,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    keep_formulas: bool = False,
) -> None:
    """Rows of `stream` to `out` as UTF-8, with the byte order mark that was there."""
    lines = Lines(stream, encoding)
    with _long_cells():
        rows = _rows(csv.reader(lines, delimiter=delimiter, strict=True), lines, maker)
        header = [name.strip() for name in next(rows, [])]
        plan = _plan(header, maker, delimiter)
        if out and lines.mark:
            out.write("\ufeff")
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n") if out else None
        kept = [name for name, rule in zip(header, plan, strict=True) if rule and rule.action != "drop"]
        _write(writer, kept, maker, keep_formulas)
        for row in rows:
            if len(row) != len(header):
                raise lines.fault(f"this row has {len(row)} cells, the first has {len(header)}; mend the row")
            _write(writer, _cells(row, plan, maker), maker, keep_formulas)
            maker.report.rows += 1
    if lines.encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        maker.report.notes.append(f"Read as {lines.encoding}, written as UTF-8.")
    lines.close()


def _rows(reader: Any, lines: Lines, maker: Pseudonymiser) -> Iterator[list[str]]:
    while True:
        try:
            row = next(reader, None)
        except csv.Error as problem:
            raise lines.fault(f"this is not CSV ({problem})") from None
        if row is None:
            return
        if row:
            yield row
        else:
            maker.report.blank_lines += 1


def _plan(header: list[str], maker: Pseudonymiser, delimiter: str) -> list[Rule | None]:
    if not header:
        raise BadData("The file is empty; the first line names the columns.")
    if len(header) == 1 and (other := next((one for one in OTHERS if one in header[0] and one != delimiter), None)):
        said = "tab" if other == "\t" else other
        raise BadData(f"The first line is one column, with “{said}” in it; say --delimiter '{said}'.")
    names = _by_name(maker.rules)
    plan = [names.get(name) for name in header]
    if not any(plan):
        raise BadData("No column of the first line has a rule; is the line with the names of the columns missing?")
    for at, (name, rule) in enumerate(zip(header, plan, strict=True), 1):
        if header.count(name) > 1:
            raise BadData(f"Column {at}: {shown_name(name)} stands twice; rename one of them.")
        if rule:
            maker.met(rule)
        else:
            maker.report.no_rule(name or f"column {at} without a name", 0)
    return plan


def _by_name(rules: Rules) -> dict[str, Rule]:
    """A column is named as the rule is written, or as its path is meant."""
    meant = {".".join(steps_of(rule.path)): rule for rule in rules}
    return {**meant, **rules.flat}


def _cells(row: list[str], plan: list[Rule | None], maker: Pseudonymiser) -> Iterator[Any]:
    for cell, rule in zip(row, plan, strict=True):
        if rule is None:
            maker.report.cells["dropped"] += 1
            continue
        made = maker.scalar(rule, cell)
        if made is not GONE:
            yield made


def _write(writer: Any, cells: Any, maker: Pseudonymiser, keep_formulas: bool) -> None:
    row = ["" if cell is None else str(cell) for cell in cells]
    if not keep_formulas:
        for at, cell in enumerate(row):
            if cell.startswith(STARTS) and not NUMBER.fullmatch(cell):
                row[at] = "'" + cell
                maker.report.formulas += 1
    if writer:
        writer.writerow(row)


@contextmanager
def _long_cells() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)

# SPDX-License-Identifier: Apache-2.0
"""What is wrong in a workbook, with its place and its reason in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from krama.errors import BadInput
from krama.text import Text

LONGEST = 32_767  # letters in one cell: the format's own limit, counted as UTF-16 counts


WRONG = {
    "formula": Text("holds a formula; write its value as text.", "មានរូបមន្ត។ សូមសរសេរតម្លៃជាអក្សរ។"),
    "error": Text("holds an error of the spreadsheet; write text.", "កម្មវិធីតារាងបង្ហាញតម្លៃមិនត្រឹមត្រូវ។ សូមសរសេរជាអក្សរ។"),
    "half": Text("holds half a character; type it anew.", "មានអក្សរមិនពេញ។ សូមវាយម្តងទៀត។"),
    "empty": Text("is empty; it is needed.", "នៅទទេ។ ត្រូវតែបំពេញ។"),
    "long": Text(
        f"is longer than the {LONGEST} letters that a cell can hold; shorten it.",
        f"វែងជាង {LONGEST} តួអក្សរ ដែលក្រឡាមួយអាចផ្ទុកបាន។ សូមកាត់ឱ្យខ្លី។",
    ),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong where; row and column as a spreadsheet names them."""

    sheet: str
    row: int | None
    column: str
    why: Text

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row or ''}"

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.sheet, self.cell)))
        return f"{place}: {self.why.en}" if place else self.why.en


class BadWorkbook(BadInput):
    """A workbook is damaged, or cells of it are not as they were asked for."""

    code = "bad_workbook"

    def __init__(self, detail: str = "", faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)
        said = detail or " ".join(str(fault) for fault in self.faults[:5])
        super().__init__(said, faults=len(self.faults))


def whole(en: str, km: str, sheet: str = "") -> BadWorkbook:
    """A fault of the workbook, or of one whole sheet."""
    return BadWorkbook(faults=[Fault(sheet, None, "", Text(en, km))])


def letter(place: int) -> str:
    """The spreadsheet's name of a column; 0 is A."""
    return ("" if place < 26 else letter(place // 26 - 1)) + chr(65 + place % 26)

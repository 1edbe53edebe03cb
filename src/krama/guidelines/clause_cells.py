# SPDX-License-Identifier: Apache-2.0
"""The cells of a filled workbook, one by one: what is taken from each, or why it is not, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from krama.guidelines.faults import Fault, letter
from krama.guidelines.load import ID
from krama.guidelines.workbook import Column, Row
from krama.text import Text, khmer_share
from krama.text.entries import INVISIBLE

LONGEST_ID, LONGEST_TEXT, LONGEST_NUMBER = 80, 2_000, 20
KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
NUMBER = re.compile(r"[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*")
PARTS = re.compile(r"[\s,;]+")

EMPTY = Text("is empty; it is needed.", "នៅទទេ។ ត្រូវតែបំពេញ។")
NOT_AN_ID = Text(
    "is no name; use at most 80 small Latin letters, digits, dots and hyphens, beginning with a letter.",
    "មិនមែនជាឈ្មោះត្រឹមត្រូវ។ សូមប្រើអក្សរឡាតាំងតូច លេខ ចំណុច ឬសហសញ្ញា មិនលើសពី 80 តួ ហើយចាប់ផ្តើមដោយអក្សរ។",
)
NOT_A_NUMBER = Text("is no number of a clause; write it as 3.2 or 4-a.", "មិនមែនជាលេខប្រការ។ សូមសរសេរដូចជា 3.2។")
NOT_A_VERSION = Text("is no whole number from 1 on.", "មិនមែនជាចំនួនគត់ចាប់ពី 1 ឡើងទៅ។")
NOT_A_DAY = Text("is no day; write it as 2026-11-23.", "មិនមែនជាថ្ងៃ។ សូមសរសេរដូចជា 2026-11-23។")
NOT_KHMER = Text("holds hardly any Khmer; this column is for the Khmer.", "មិនសូវមានអក្សរខ្មែរ។ ជួរឈរនេះសម្រាប់ភាសាខ្មែរ។")
TWICE = Text("names the same twice; name it once.", "មានពាក្យដដែលពីរដង។ សូមសរសេរតែម្តង។")
TOO_LONG = Text(f"is longer than {LONGEST_TEXT} letters; shorten it.", f"វែងជាង {LONGEST_TEXT} តួអក្សរ។ សូមកាត់ឱ្យខ្លី។")


def unknown(word: str, known: Sequence[str]) -> Text:
    """A word that is not in the list to choose from; a long list stands on the sheet of words."""
    few = ", ".join(known) if len(known) <= 12 else ""
    return Text(
        f"`{word:.80}` is not known; use {few}."
        if few
        else f"`{word:.80}` is not known; the sheet of words lists them.",
        f"មិនស្គាល់ `{word:.80}`។ សូមប្រើ {few}។" if few else f"មិនស្គាល់ `{word:.80}`។ សូមមើលក្នុងសន្លឹកពាក្យ។",
    )


class Wrong(ValueError):
    """Why a cell is not taken."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass
class Cells:
    """One row on its way to a line; what is wrong goes to the faults, with its place."""

    sheet: str
    row: Row
    columns: Sequence[Column]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, why: Text) -> None:
        """Say what is wrong in one cell of this row."""
        place = next(number for number, column in enumerate(self.columns) if column.key == key)
        self.faults.append(Fault(self.sheet, self.row.number, letter(place), why))

    def taken(self, key: str, check: Callable[[str], str]) -> str:
        """The cell as the check gives it back; what is wrong is noted, and nothing taken."""
        text = clean(self.row.values[key])
        try:
            if not text:
                raise Wrong(EMPTY)
            return check(text)
        except Wrong as wrong:
            self.fault(key, wrong.why)
            return ""

    def listed(self, key: str, known: Sequence[str], least: int = 0) -> list[str]:
        """The words of a cell, apart by commas or spaces."""
        words = [word for word in PARTS.split(clean(self.row.values[key])) if word]
        wrong = [unknown(word, known) for word in words if word not in known]
        if len(words) < least:
            wrong.append(EMPTY)
        elif len(set(words)) < len(words):
            wrong.append(TWICE)
        for why in wrong[:1]:
            self.fault(key, why)
        return [] if wrong else words

    def text(self, name: str) -> dict[str, str]:
        """The English and the Khmer of a text."""
        return {"en": self.taken(f"{name}_en", plain), "km": self.taken(f"{name}_km", khmer)}


def clean(text: str) -> str:
    """Without the invisible marks that pasted Khmer brings along, and in one line."""
    return " ".join(INVISIBLE.sub("", text).split())


def plain(text: str) -> str:
    """A text that is not too long."""
    if len(text) > LONGEST_TEXT:
        raise Wrong(TOO_LONG)
    return text


def khmer(text: str) -> str:
    """A text that is mostly Khmer."""
    if khmer_share(plain(text)) < 0.6:
        raise Wrong(NOT_KHMER)
    return text


def id_of(text: str) -> str:
    """A name for good."""
    if len(text) > LONGEST_ID or not ID.fullmatch(text):
        raise Wrong(NOT_AN_ID)
    return text


def number_of(text: str) -> str:
    """The number of a clause, with Latin digits."""
    number = text.translate(KHMER_DIGITS)
    if len(number) > LONGEST_NUMBER or not NUMBER.fullmatch(number):
        raise Wrong(NOT_A_NUMBER)
    return number


def version_of(text: str) -> str:
    """A whole number."""
    number = text.translate(KHMER_DIGITS)
    if not re.fullmatch("[1-9][0-9]{0,5}", number):
        raise Wrong(NOT_A_VERSION)
    return number


def day_of(text: str) -> str:
    """A day; a spreadsheet may have made a moment of it."""
    day = text.translate(KHMER_DIGITS).removesuffix(" 00:00:00")
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise Wrong(NOT_A_DAY) from error


def one_of(known: Sequence[str]) -> Callable[[str], str]:
    """A word of a list."""

    def check(text: str) -> str:
        if text not in known:
            raise Wrong(unknown(text, known))
        return text

    return check

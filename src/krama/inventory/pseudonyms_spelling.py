# SPDX-License-Identifier: Apache-2.0
"""One spelling for one identifier, so that a person written two ways gets one pseudonym. Nothing here is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from krama.inventory.rules import Spelling
from krama.text import fold

COUNTRY = "855"
NATIONAL = (8, 9)  # digits of a Cambodian number without its 0, which spreadsheets take away


def one_spelling(spelling: Spelling, value: str) -> str:
    """The spelling that is hashed. Where a value is not of its kind, its folded text stands in."""
    if spelling is Spelling.EXACT:
        return value
    folded = fold(value)
    return WAYS[spelling](folded) or folded


def _phone(folded: str) -> str:
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in folded)
    if re.search("[^0-9+()./ -]", plain):
        return ""
    plain = re.sub(r"^(\d+)\.0$", r"\1", plain)  # a table with gaps makes 12345678.0 of a number
    whole = re.sub("[^0-9+]", "", plain.replace("(0)", ""))
    abroad = whole.startswith(("+", "00"))
    digits = whole.replace("+", "").removeprefix("00" if whole.startswith("00") else "")
    if abroad:
        return re.sub(f"^{COUNTRY}0", COUNTRY, digits)
    if digits.startswith("0"):
        return COUNTRY + digits[1:]
    if len(digits) in NATIONAL:
        return COUNTRY + digits
    return re.sub(f"^{COUNTRY}0", COUNTRY, digits)


def _number(folded: str) -> str:
    try:
        number = Decimal(folded)
    except InvalidOperation:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > 400:  # a huge exponent would fill the memory
        return ""
    plain = format(number, "f")  # exact: `normalize` would round, and make one number of two long ones
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if number == 0 else plain


WAYS: dict[Spelling, Callable[[str], str]] = {
    Spelling.TEXT: lambda folded: folded,
    Spelling.NAME: str.casefold,
    Spelling.EMAIL: lambda folded: folded.replace(" ", "").lower(),
    Spelling.PHONE: _phone,
    Spelling.NUMBER: _number,
}

# SPDX-License-Identifier: Apache-2.0
"""One value in, what may leave the firm out; and the count of what was done.

No message and no report holds a value. A name that was found in the data is shown only when it looks like a name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from krama.errors import BadInput
from krama.inventory.pseudonyms_coarse import coarser
from krama.inventory.pseudonyms_spelling import one_spelling
from krama.inventory.rules import Action, Rule, Rules, Scalar
from krama.sealing import KeyedHash

DIGITS = 32  # hexadecimal: 128 bits, so that a thousand million people do not meet
MANY = 200  # names kept for the report; a file may hold any number
# Khmer signs are no letters to `\w`; four digits in a row are a year, a number or a code.
LIKE_A_NAME = re.compile(r"(?!.*\d{4})[^\W\d][\w\u1780-\u17d3 :()-]{0,59}(?:\[\])*")
UNREADABLE = "emptied: could not be read"
GONE = object()  # the field itself goes
T = TypeVar("T")


class BadData(BadInput):
    """A data set cannot be read, or holds what the rules do not name."""

    code = "bad_data"


@dataclass
class Report:
    """What was done, in counts."""

    rows: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    formulas: int = 0
    blank_lines: int = 0
    dropped: dict[str, int] = field(default_factory=dict)  # fields without a rule, and the first line of each
    unused: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def no_rule(self, path: str, line: int) -> None:
        """A field that the rules do not name; memory stays flat however many there are."""
        shown = shown_name(path)
        if shown in self.dropped or len(self.dropped) < MANY:
            self.dropped.setdefault(shown, line)


class Pseudonymiser:
    """Applies rules to single values; `report` counts as it goes."""

    def __init__(self, rules: Rules, keyed: KeyedHash | None) -> None:
        if rules.need_key and keyed is None:
            raise BadData("These rules make pseudonyms: give the key with --key.")
        self.rules, self._keyed, self.report = rules, keyed, Report()
        self._met: set[str] = set()

    def met(self, rule: Rule) -> None:
        """This rule's field stands in the data."""
        self._met.add(rule.path)

    def finish(self, *, drop_unlisted: bool) -> Report:
        """The report; refuses when a field had no rule and dropping was not asked for."""
        self.report.unused = tuple(rule.path for rule in self.rules if rule.path not in self._met)
        if self.report.dropped and not drop_unlisted:
            names = [f"{name} (line {line})" if line else name for name, line in self.report.dropped.items()]
            raise BadData(
                f"These fields have no rule, so nothing was written: {', '.join(names[:40])}"
                f"{' and more' if len(names) > 40 else ''}. Give each a rule, or leave them out with --drop-unlisted."
            )
        return self.report

    def scalar(self, rule: Rule, value: Scalar) -> Any:
        """What stands in the value's place; `GONE` when the field goes. An empty value stays empty."""
        if rule.action is Action.FIXED:
            return self._count("fixed", rule.value)
        if rule.action is Action.DROP:
            return self._count("dropped", GONE)
        if rule.takes_all:
            return self._count("generalised", None)
        if rule.action is Action.KEEP:
            return self._count("kept", value)
        if value is None or value == "":
            return self._count("empty before", value)
        return self._pseudonym(rule, value) if rule.action is Action.PSEUDONYM else self._coarser(rule, value)

    def _pseudonym(self, rule: Rule, value: Scalar) -> str:
        assert self._keyed is not None  # asked for at the start
        spelt = one_spelling(rule.spelling, text_of(value))
        if not spelt:
            return self._count("empty before", "")
        return self._count("pseudonym", f"{rule.kind}_{self._keyed.of(rule.kind, spelt)[:DIGITS]}")

    def _coarser(self, rule: Rule, value: Scalar) -> str | int | float | None:
        coarse = coarser(rule, text_of(value))
        return self._count(UNREADABLE if coarse is None else "generalised", coarse)

    def _count(self, what: str, value: T) -> T:
        self.report.cells[what] += 1
        return value


def text_of(value: Any) -> str:
    """The same text in every format: 7 and 7.0 are one, as a table with gaps makes of whole numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and abs(float(value)) < 2**53 and value == int(value):
        return str(int(value))
    return str(value)


def shown_name(path: str) -> str:
    """A name as it may be printed. Keys can be data (a telephone number as a key): those are described only."""
    if path and all(LIKE_A_NAME.fullmatch(part) for part in path.split(".")) and len(path) <= 200:
        return path
    return f"a name of {len(path)} characters that looks like a value"

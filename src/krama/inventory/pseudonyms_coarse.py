# SPDX-License-Identifier: Apache-2.0
"""Values made coarser: a day to its year or an age band, a number to its band, a place to a grid.

What cannot be read comes back as `None`, never as it was.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from itertools import pairwise

from krama.inventory.rules import Coarse, Rule
from krama.text import fold

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d])")
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?![\d])")  # as written in Cambodia
PAIR = re.compile(r"\s*[,; ]\s*")
LARGEST = Decimal(10) ** 30


def coarser(rule: Rule, value: str) -> str | int | float | None:
    """A year is a whole number, a place on the grid a number (or a text of two), a band a text."""
    text = fold(value)
    if rule.to is Coarse.YEAR:
        day = day_of(text)
        return day.year if day else None
    if rule.to is Coarse.AGE_BAND:
        day = day_of(text)
        return _age_band(rule, day) if day else None
    if rule.to is Coarse.BAND:
        number = _number(text)
        return None if number is None else _band(rule, number)
    if rule.to is Coarse.GRID:
        return _grid(rule.step, text)
    return None


def day_of(text: str) -> date | None:
    """2012-03-04, 2012-03-04T08:00, 04/03/2012 (day first); None for anything else."""
    found = ISO.match(text)
    numbers = [int(part) for part in found.groups()] if found else []
    if not found and (found := DAY_FIRST.match(text)):
        numbers = [int(part) for part in reversed(found.groups())]
    try:
        return date(*numbers) if numbers else None
    except ValueError:
        return None


def _age_band(rule: Rule, born: date) -> str | None:
    assert rule.on  # the rules file asks for it
    if born > rule.on:
        return None
    before_birthday = (rule.on.month, rule.on.day) < (born.month, born.day)
    return _between(rule.bands, Decimal(rule.on.year - born.year - before_birthday))


def _band(rule: Rule, number: Decimal) -> str:
    if rule.bands:
        return _between(rule.bands, number)
    low = _floor(number, rule.step)
    return f"{low:f} to under {low + rule.step:f}"


def _between(edges: tuple[Decimal, ...], number: Decimal) -> str:
    if number < edges[0]:
        return f"under {edges[0]:f}"
    for low, high in pairwise(edges):
        if number < high:
            return f"{low:f} to under {high:f}"
    return f"{edges[-1]:f} and over"


def _grid(step: Decimal, text: str) -> str | float | None:
    numbers = [_number(part) for part in PAIR.split(text)]
    corners = [_floor(number, step) for number in numbers if number is not None and abs(number) <= 360]
    if len(corners) != len(numbers) or len(corners) > 2:
        return None
    return float(corners[0]) if len(corners) == 1 else ",".join(f"{corner:f}" for corner in corners)


def _floor(number: Decimal, step: Decimal) -> Decimal:
    return (number / step).to_integral_value(ROUND_FLOOR) * step


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < LARGEST else None

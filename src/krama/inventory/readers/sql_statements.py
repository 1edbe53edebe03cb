# SPDX-License-Identifier: Apache-2.0
"""Cuts SQL text into statements without reading what they insert, in one pass whatever the text holds.

Rows in a dump (INSERT, COPY) are passed over; they are never parsed, kept or shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from krama.inventory.opening import MB

LONGEST = MB  # characters of one statement that is parsed
KEPT = re.compile(r"\s*(CREATE\s+(?:\w+\s+){0,4}?TABLE|ALTER\s+TABLE|COMMENT\s+ON\s+COLUMN)\b", re.IGNORECASE)
COPY = re.compile(r"\s*COPY\s[^;]{1,20000}?\bFROM\s+stdin\b", re.IGNORECASE)
# Every alternative also ends at the end of the text: no start is ever looked at twice.
PARTS = r"--[^\n]*+|/\*.*?(?:\*/|\Z)|`[^`]*+(?:`|\Z)|\"[^\"]*+(?:\"|\Z)|;|"
PLAIN = re.compile(PARTS + r"'[^']*+(?:'|\Z)|\$(\w*+)\$.*?(?:\$\1\$|\Z)", re.DOTALL)
BRACKETS = re.compile(r"[()]|--[^\n]*+|/\*.*?(?:\*/|\Z)|`[^`]*+(?:`|\Z)|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)", re.DOTALL)
MYSQL = re.compile(PARTS + r"#[^\n]*+|'(?:[^'\\]|\\.)*+(?:'|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """Its text and the line on which it begins."""

    text: str
    line: int
    too_long: bool = False


def statements(text: str, *, mysql: bool) -> Iterator[Statement]:
    """Those that say something about columns, in order."""
    pattern = MYSQL if mysql else PLAIN
    start, at, line, counted, begun = 0, 0, 1, 0, False
    while found := pattern.search(text, at):
        begun = begun or (not text[at : found.start()].isspace() and at < found.start())
        at = found.end()
        if found[0] != ";":
            begun = begun or not found[0].startswith(("--", "#", "/*"))
            start = start if begun else at  # comments before a statement are not of it
            continue
        if begun and KEPT.match(text, start):
            line, counted = line + text.count("\n", counted, start), start
            yield _statement(text, start, found.start(), line)
        elif begun and COPY.match(text, start):
            at = _after_rows(text, at)
        start, begun = at, False
    if KEPT.match(text, start):
        yield _statement(text, start, len(text), line + text.count("\n", counted, start))


def without_options(text: str) -> str:
    """A CREATE TABLE up to the bracket that closes its columns: what follows (PARTITION BY …) names none."""
    depth = 0
    for found in BRACKETS.finditer(text):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == ")" and depth == 0:
            return text[: found.end()]
    return text


def _statement(text: str, start: int, end: int, line: int) -> Statement:
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    line += text.count("\n", start, first)
    return Statement(text[first : min(end, first + LONGEST)], line, end - first > LONGEST)


def _after_rows(text: str, at: int) -> int:
    end = text.find("\n\\.", at)
    return len(text) if end < 0 else end + 3

# SPDX-License-Identifier: Apache-2.0
"""The header line of a CSV file, and nothing below it. A first line that looks like data is refused and never shown."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

from krama.errors import BadInput
from krama.inventory.fields import Field, Reading

LONGEST = 64 * 1024  # bytes of a header
DELIMITERS = ",;\t|"
DATA = re.compile(r"[\d\s.,:/+()-]*\d[\d\s.,:/+()-]*|[^@\s]+@[^@\s]+\.\w+|https?://.*|\d[\d:TZ. +-]{7,}")


def read(path: Path, source: str) -> Reading:
    """The names in the first line that is not empty."""
    with path.open("rb") as stream:
        data = stream.read(LONGEST)
    header, line = _header(data)
    names = _names(header)
    if any(DATA.fullmatch(name) for name in names):
        raise BadInput("its first line looks like data, not like names of columns; add a header line")
    reading = Reading(source)
    for name in names:
        if name:
            reading.add(Field(path.stem, name, line=line))
    if not reading.fields:
        raise BadInput("holds no header line")
    return reading


def _header(data: bytes) -> tuple[str, int]:
    """The first line that is not empty (quotes may hold line breaks), and its number."""
    text = _decoded(data)
    if "\0" in text:
        raise BadInput("holds NUL characters: it is not CSV")
    rest = text.lstrip("\r\n")
    line = 1 + len(text[: len(text) - len(rest)].splitlines())
    if rest.lower().startswith("sep=") and "\n" in rest:  # what Excel writes
        rest, line = rest.split("\n", 1)[1], line + 1
    quoted = False
    for at, letter in enumerate(rest):
        quoted ^= letter == '"'
        if letter in "\r\n" and not quoted:
            return rest[:at], line
    if len(data) == LONGEST:
        raise BadInput(f"its first line is longer than {LONGEST // 1024} KB: it is not a header")
    return rest, line


def _decoded(data: bytes) -> str:
    """By its byte order mark, else UTF-8 (a letter may be cut at the end), else the old code page of Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _names(header: str) -> list[str]:
    bare = re.sub(r'"[^"]*"', "", header)
    delimiter = max(DELIMITERS, key=bare.count)
    rows = csv.reader(io.StringIO(header, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [" ".join(name.split()) for name in next(rows, [])]

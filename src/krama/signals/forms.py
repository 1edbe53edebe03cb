# SPDX-License-Identifier: Apache-2.0
"""Lists as other programs write them, beside Krama's own CSV: told apart by their first line.

- `tx dataset -P --csv` (python-threatexchange): CSV whose header has signal_type,signal_str,collab,category,tags;
- its exchange `local_file`, which HMA uses too, and `tx dataset -P`: `<type> <signal>` a line, and what may follow;
- one signal a line, of a type that is said beside: `local_file` with `signal_type`, `simple.<TYPE>.te` of tx and of
  HMA, the text files of the PDQ tools (`hex,metadata` or `hash=hex,…`).

What is NEGATIVE_CLASS there is known to be harmless, and is left out by name. Bad lines never take good ones with them.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import chain
from typing import BinaryIO

from krama.errors import BadSignal
from krama.signals.address import listed_value
from krama.signals.csv_file import BadLine, CsvOutcome, read_csv, refuse_harmless, their_type
from krama.signals.types import Signal, SignalType

MOST_BYTES = 131_072  # a longer line is no list of signals
LINE = re.compile(r"""(?P<type>\S+)\s+(?P<value>\S+)(?:\s+'(?P<source>[^']*)')?(?:\s+.*)?""")


def read_signals(stream: BinaryIO, type: SignalType | None = None) -> CsvOutcome:
    """Read a list in any of these forms; `type`: what its lines are where they do not say.

    Raises `BadCsv` where the first line is of none of them.
    """
    first = stream.readline(MOST_BYTES)
    whole = _Again(first, stream)
    if type is None and not _says_type(_text(first)):
        return read_csv(io.BufferedReader(whole))
    outcome = CsvOutcome()
    lines = chain([first], iter(lambda: stream.readline(MOST_BYTES), b""))
    for number, data in enumerate(lines, 1):
        text = _text(data).strip()
        try:
            if text:
                outcome.signals.append(_of_type(text, type) if type is not None else _of_line(text))
        except (BadSignal, csv.Error) as error:
            outcome.bad.append(BadLine(number, str(error), text[:200]))
    return outcome


def _says_type(line: str) -> bool:
    """Does a line begin with a type and a space, as no header of CSV does?"""
    found = LINE.match(line)
    try:
        return found is not None and bool(their_type(found["type"]))
    except BadSignal:
        return False


def _of_line(text: str) -> Signal:
    found = LINE.fullmatch(text)
    if found is None:
        raise BadSignal("There is no signal on this line: give a type, a space and the signal.")
    type = their_type(found["type"])
    refuse_harmless(text.split())
    return Signal(type, listed_value(type, found["value"]), source_ref=found["source"] or "")


def _of_type(text: str, type: SignalType) -> Signal:
    """One signal, and what stands behind it in columns: ids and dates, and labels in the last of four or five."""
    cells: list[str] = next(csv.reader([text]))
    value = cells[0].strip().removeprefix("hash=")
    if len(cells) == 1 and " " in value:  # `tx dataset -P -s pdq`: the type is left out, the rest is not
        return _of_line(f"{type} {value}")
    labels = tuple(dict.fromkeys(cells[-1].split())) if len(cells) in (4, 5) and "=" not in cells[-1] else ()
    ref = cells[1].strip() if len(cells) > 1 and "=" not in cells[1] else ""
    return Signal(type, listed_value(type, value), labels, source_ref=ref)


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


class _Again(io.RawIOBase):
    """A stream whose first line was read already, from its beginning."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        data = self._first[: len(into)] or self._rest.read(len(into))
        self._first = self._first[len(into) :]
        into[: len(data)] = data
        return len(data)

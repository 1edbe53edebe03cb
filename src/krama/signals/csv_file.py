# SPDX-License-Identifier: Apache-2.0
"""Signals in and out as CSV: a header line, then one signal a line.

A bad line never takes a good one with it: it comes back with its number and reason. Memory follows the signals kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, TextIO

from krama.errors import BadInput, BadSignal
from krama.signals.address import listed_value
from krama.signals.types import SeverityCode, Signal, SignalType, parse_category, parse_type

REQUIRED = ("signal_type", "value")
COLUMNS = (*REQUIRED, "labels", "scheme", "scheme_version", "code", "source_ref", "expires")
THEIRS = {"value": "signal_str", "source_ref": "collab", "labels": "tags"}  # `tx dataset -P --csv`
THEIR_TYPES = {"video_md5": SignalType.MD5, "vmd5": SignalType.MD5}  # of a video file; its MD5 is ours
HARMLESS = "NEGATIVE_CLASS"
READ = (*COLUMNS, "category", "class")  # refused where it is not of child protection; the list keeps it, not the line
LONGEST_FIELD = 131_072  # characters; csv's own limit


class BadCsv(BadInput):
    """The file cannot be read as a list of signals."""

    code = "bad_csv"


@dataclass(frozen=True)
class BadLine:
    """A line that was left out. `number` counts from 1, the header included."""

    number: int
    reason: str
    text: str


@dataclass(frozen=True)
class CsvOutcome:
    """What a file held: the good signals in their order, and every bad line."""

    signals: list[Signal] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


def read_csv(stream: BinaryIO) -> CsvOutcome:
    """Read UTF-8 CSV, with or without byte order mark, CRLF or LF; unknown columns are passed over.

    Raises `BadCsv` when there is no header line with `signal_type` and `value`.
    """
    lines = _Lines(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline=""))
    rows = csv.reader(lines)
    columns = _header(rows)
    outcome = CsvOutcome()
    while True:
        lines.taken = []
        start = lines.number + 1
        try:
            row = next(rows, None)
            if row is None:
                break
            if any(cell.strip() for cell in row):
                outcome.signals.append(_signal(_cells(columns, row)))
        except (BadSignal, csv.Error) as error:
            text = "".join(lines.taken).strip("\r\n")[:200]
            outcome.bad.append(BadLine(start, str(error), text.encode(errors="replace").decode()))
    lines.stream.detach()  # the caller's stream stays open
    return outcome


def write_csv(signals: Iterable[Signal], stream: TextIO) -> None:
    """Write signals with all columns; `read_csv` gives them back but for `added` and `withdrawn`.

    Open files with `newline=""`. Withdrawn signals are left out: the form has no word for them.
    """
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for signal in signals:
        if signal.withdrawn is None:
            writer.writerow(_row(signal))


def their_type(text: str) -> SignalType:
    """A signal type by our name or by threatexchange's; `BadSignal` names those there are."""
    return THEIR_TYPES.get(text.strip().lower()) or parse_type(text)


def refuse_harmless(words: Iterable[str]) -> None:
    """What threatexchange holds for harmless is on no list."""
    if HARMLESS in words:
        raise BadSignal(f"It is {HARMLESS}: known to be harmless, so it is on no list.")


class _Lines:
    """Lines as csv wants them, with their count and the text of the row being read."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.stream = stream
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line.replace("\0", "\ufffd")


def _header(rows: Iterator[list[str]]) -> dict[str, int]:
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise BadCsv(f"The first line is not CSV ({error}).") from error
    if "value" not in names and THEIRS["value"] in names:
        ours = {theirs: name for name, theirs in THEIRS.items()} | {"category": "class"}
        names = [ours.get(name, name) for name in names]
    columns = {name: position for position, name in reversed(list(enumerate(names)))}
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise BadCsv(f"The first line must name the columns signal_type and value; missing: {', '.join(missing)}.")
    return columns


def _cells(columns: dict[str, int], row: list[str]) -> dict[str, str]:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items() if name in READ}
    for name, cell in cells.items():
        if any("\ud800" <= letter <= "\udfff" for letter in cell):
            raise BadSignal(f"The column {name} is not UTF-8: save the file as UTF-8.")
    return cells


def _signal(cells: dict[str, str]) -> Signal:
    kind = their_type(cells["signal_type"])
    if "class" in cells:  # theirs: tags stand with spaces between them
        refuse_harmless([cells["class"]])
        cells["labels"] = ";".join(cells.get("labels", "").split())
    if cells.get("category"):
        parse_category(cells["category"])
    severity = [cells.get(name, "") for name in ("scheme", "scheme_version", "code")]
    if any(severity) and not (severity[0] and severity[2]):
        raise BadSignal("A severity needs both a scheme and a code.")
    return Signal(
        type=kind,
        value=listed_value(kind, cells["value"]),
        labels=tuple(dict.fromkeys(label.strip() for label in cells.get("labels", "").split(";") if label.strip())),
        severity=SeverityCode(*severity) if any(severity) else None,
        source_ref=cells.get("source_ref", ""),
        expires=_time(cells.get("expires", "")),
    )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSignal(f"expires is “{text[:40]}”: give a date like 2027-01-31, or a date and time.") from None


def _row(signal: Signal) -> list[str]:
    severity = signal.severity or SeverityCode("", "", "")
    expires = signal.expires.astimezone(UTC).isoformat() if signal.expires else ""
    labels = ";".join(signal.labels)
    return [
        signal.type, signal.value, labels, severity.scheme, severity.version, severity.code, signal.source_ref, expires,
    ]  # fmt: skip

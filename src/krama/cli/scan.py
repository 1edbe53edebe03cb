# SPDX-License-Identifier: Apache-2.0
"""`krama scan`: files and folders against lists, without server or database.

Exit status: 0 nothing found, 1 a match, 2 something could not be scanned whole.
Must never let one file stop the others.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from krama.errors import BadInput, KramaError
from krama.scanning import Content, Match, Scanner, Verdict
from krama.signals import PDQ_RADIUS, HashList, Signal, Snapshot, read_signals

LARGEST = 50 * 1024 * 1024  # bytes; a larger file is named, not read into memory

EXAMPLES = """
    \b
    Examples:
      krama scan --list known.csv photos/
      krama scan --list known.csv --json photos/ > findings.jsonl
      krama scan picture.jpg                      (no list: prints its hashes)

    \b
    A list is CSV with a header line: signal_type,value and, if you like,
    labels,scheme,scheme_version,code,source_ref,expires.

    \b
    Exit status: 0 nothing found, 1 a match, 2 an error, an undecodable
    or a truncated file, or a bad line in a list (2 wins over 1).
"""


@dataclass
class Tally:
    """What happened so far, for the closing summary and the exit status."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def status(self) -> int:
        """2 wins over 1."""
        if self.counts["errors"] or self.counts["looks"]:
            return 2
        return 1 if self.counts["matches"] else 0

    def add(self, verdict: Verdict) -> None:
        """Count one scanned file."""
        self.counts["files"] += 1
        self.counts["matches"] += bool(verdict.matches)
        self.counts["looks"] += verdict.detail is not None

    def __str__(self) -> str:
        of = self.counts
        return (
            f"{of['files']} scanned: {of['matches']} matched a list, {of['looks']} could not be searched whole; "
            f"{of['errors']} errors."
        )


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--list", "lists", multiple=True, type=click.Path(path_type=Path), metavar="FILE.csv", help="Known hashes."
)
@click.option(
    "--radius", type=click.IntRange(0, 256), default=PDQ_RADIUS, show_default=True, help="PDQ bits that may differ."
)
@click.option("--dihedral", is_flag=True, help="Also find copies turned by quarters or mirrored.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the API's answer and the path.")
def scan(paths: tuple[Path, ...], lists: tuple[Path, ...], radius: int, dihedral: bool, as_json: bool) -> None:
    """Scan files and folders against lists of known hashes.

    Folders are walked; links to folders are not followed. Nothing is kept or sent anywhere.
    """
    tally = Tally()
    known = Snapshot.of(list(_read_lists(lists, radius, tally)))
    now = partial(datetime.now, UTC)
    scanner = Scanner(known, clock=now, exact=not lists, dihedral=dihedral)  # printed hashes are for making lists
    for path in _progress(list(_walk(paths, tally))):
        verdict = _scan_one(scanner, path, tally)
        if verdict is not None:
            tally.add(verdict)
            _print(path, verdict, as_json, hashes_only=not lists)
    sys.stdout.flush()
    if not as_json:
        click.echo(str(tally), err=True)
    sys.exit(tally.status)


def _read_lists(files: Iterable[Path], radius: int, tally: Tally) -> Iterator[tuple[HashList, list[Signal]]]:
    for file in files:
        try:
            with file.open("rb") as stream:
                outcome = read_signals(stream)
        except (OSError, KramaError) as error:
            raise BadInput(f"The list {_name(file)} cannot be read: {_why(error)}") from error
        for bad in outcome.bad:
            _error(f"{_name(file)}: line {bad.number} was left out: {bad.reason}", tally)
        yield HashList(file.stem, owner=_name(file), legal_basis="", radius=radius), outcome.signals


def _walk(paths: Iterable[Path], tally: Tally) -> Iterator[Path]:
    """Every regular file, folders in sorted order; what is neither is named as an error."""
    for path in paths:
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                inside = sorted(Path(entry.path) for entry in os.scandir(path) if not _folder_link(entry))
                yield from _walk(inside, tally)
            elif stat.S_ISREG(mode):
                yield path
            else:
                _error(f"{_name(path)} is not a file (a pipe, socket or device); it was not opened.", tally)
        except OSError as error:
            _error(f"{_name(path)} cannot be read: {_why(error)}", tally)


def _folder_link(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and entry.is_dir()


def _scan_one(scanner: Scanner, path: Path, tally: Tally) -> Verdict | None:
    try:
        data = _read(path)
    except OSError as error:
        _error(f"{_name(path)} cannot be read: {_why(error)}", tally)
        return None
    if data is None:
        limit = LARGEST // (1024 * 1024)
        _error(f"{_name(path)} is larger than {limit} MB and was not scanned: scan a smaller copy of it.", tally)
        return None
    return scanner.scan(Content.of_bytes(data))


def _read(path: Path) -> bytes | None:
    """The bytes, or None when there are too many. Looks again at what it opened: a pipe may have taken the place."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is not a file any more")
        if found.st_size > LARGEST:
            return None
        data = stream.read(LARGEST + 1)
    return data if len(data) <= LARGEST else None


def _progress(paths: list[Path]) -> Iterator[Path]:
    """The paths, with a bar on stderr when a person is watching and the findings do not scroll over it."""
    if not sys.stderr.isatty() or len(paths) < 2:
        yield from paths
        return
    with click.progressbar(paths, file=sys.stderr, label="Scanning") as bar:
        yield from bar


def _say(line: str) -> None:
    if sys.stderr.isatty() and sys.stdout.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)  # the bar stands on this line
    click.echo(line)


def _print(path: Path, verdict: Verdict, as_json: bool, *, hashes_only: bool) -> None:
    if as_json:
        _say(json.dumps({"path": _text(path), **verdict.to_json()}, ensure_ascii=False))
    elif verdict.matches or verdict.detail:
        _say(f"{_name(path)}: {verdict.verdict} - {'; '.join(_words(verdict))}")
    elif hashes_only:
        of = verdict.content
        _say(f"{_name(path)}: md5 {of.md5} sha1 {of.sha1} sha256 {of.sha256} pdq {of.pdq} ({of.pdq_quality})")


def _words(verdict: Verdict) -> Iterator[str]:
    for match in verdict.matches:
        labels = f" ({_plain(', '.join(match.labels))})" if match.labels else ""
        yield f"{_likeness(match)} list {_plain(match.list)}{labels}"
    if verdict.detail:
        yield verdict.detail


def _likeness(match: Match) -> str:
    if match.signal_type != "pdq":
        return "exactly a file on"
    if match.distance == 0:
        return "looks the same as a picture on"
    return f"looks like a picture ({match.distance} of 256 bits differ) on"


def _text(path: Path) -> str:
    """The path as text, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _name(path: Path) -> str:
    """The path for a person’s terminal, which a file’s name must not command."""
    return _plain(_text(path))


def _plain(text: str) -> str:
    return "".join("\ufffd" if unicodedata.category(letter) == "Cc" else letter for letter in text)


def _why(error: OSError | KramaError) -> str:
    return error.detail if isinstance(error, KramaError) else (error.strerror or str(error))


def _error(sentence: str, tally: Tally) -> None:
    tally.counts["errors"] += 1
    click.echo(f"Error: {_plain(sentence)}", err=True)

# SPDX-License-Identifier: Apache-2.0
"""From a path or an address to readings: which reader reads what, and how a folder is walked.

One bad file never stops the others: it becomes a fault, named. Links are not followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from krama.errors import BadInput
from krama.inventory.fields import Needs, Reading
from krama.inventory.readers import csv_header, json_schema, mysql, openapi, parquet, postgres, sql, sqlite, structured

MOST_FILES, DEEPEST = 20_000, 32
VENDOR = frozenset(
    {"node_modules", "bower_components", "vendor", "venv", "site-packages", "__pycache__", "dist", "build", "target"}
)
Reader = Callable[[Path, str], Reading]


def _document(path: Path, source: str) -> Reading | None:
    """A JSON or YAML file; nothing when it is neither an OpenAPI document nor a JSON Schema."""
    document: Any = structured.read(path)
    if openapi.looks_like(document):
        return openapi.read(document, source)
    if json_schema.looks_like(document):
        return json_schema.read(document, source, path.stem)
    return None


READERS: dict[str, Callable[[Path, str], Reading | None]] = {
    **dict.fromkeys((".sql", ".ddl"), sql.read),
    **dict.fromkeys((".csv", ".tsv"), csv_header.read),
    **dict.fromkeys((".parquet", ".pq"), parquet.read),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), sqlite.read),
    **dict.fromkeys((".json", ".yaml", ".yml"), _document),
}
LIVE: dict[str, Callable[[str, str], Reading]] = {
    "postgres": postgres.read,
    "postgresql": postgres.read,
    "mysql": mysql.read,
    "mariadb": mysql.read,
}


def readings(given: str) -> Iterator[Reading]:
    """What a PATH or DSN holds, one reading a file or database."""
    if "://" in given:
        yield _live(given)
        return
    path = Path(given)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        raise BadInput(f"There is no file or folder {given!r}. Give a path, or an address like postgres://…") from None
    if stat.S_ISDIR(mode):
        yield from _folder(path)
    elif stat.S_ISREG(mode):
        yield _named(path)
    else:
        raise BadInput(f"{given} is not a file (a pipe, socket or device); it was not opened.")


def shown(dsn: str) -> str:
    """An address without the person and password in it."""
    parts = urlsplit(dsn)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _live(dsn: str) -> Reading:
    try:
        source, scheme = shown(dsn), urlsplit(dsn).scheme
    except ValueError:
        raise BadInput("This address cannot be read; write it like postgres://person@host:5432/database.") from None
    try:
        if scheme == "sqlite":
            return sqlite.read(Path(dsn.removeprefix("sqlite://").removeprefix("/")), source)
        if scheme not in LIVE:
            raise BadInput("only postgres://, mysql:// and sqlite:/// addresses are read")
        return LIVE[scheme](dsn, source)
    except (BadInput, Needs) as problem:
        raise BadInput(f"{source}: {problem}") from None


def _named(path: Path) -> Reading:
    """A file that was named itself: one that nothing can be made of is a fault."""
    with path.open("rb") as stream:
        is_sqlite = stream.read(16) == sqlite.MAGIC
    reader = sqlite.read if is_sqlite else READERS.get(path.suffix.lower())
    if reader is None:
        return Reading(str(path), faults=[f"is of no kind that is read; use {', '.join(READERS)}"])
    reading = _read(path, reader)
    if reading is None:
        return Reading(str(path), faults=["is neither an OpenAPI document nor a JSON Schema"])
    return reading


def _read(path: Path, reader: Callable[[Path, str], Reading | None]) -> Reading | None:
    try:
        return reader(path, str(path))
    except (BadInput, Needs) as problem:
        return Reading(str(path), faults=[str(problem)])
    except OSError as problem:
        return Reading(str(path), faults=[f"cannot be read: {problem.strerror or 'the system says no'}"])


def _folder(top: Path) -> Iterator[Reading]:
    walk = Reading(str(top))
    for number, path in enumerate(_files(top, walk, 0)):
        if number == MOST_FILES:
            walk.faults.append(f"holds more than {MOST_FILES} files; the rest was not looked at. Scan it in parts.")
            break
        reader = READERS.get(path.suffix.lower())
        found = _read(path, reader) if reader is not None else None
        if found is not None:
            yield found
    yield walk


def _files(folder: Path, walk: Reading, depth: int) -> Iterator[Path]:
    if depth > DEEPEST:
        walk.notes.append(f"{folder} lies deeper than {DEEPEST} folders; passed over")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as problem:
        walk.faults.append(f"{folder} cannot be read: {problem.strerror}")
        return
    for entry in entries:
        if entry.is_symlink():
            walk.notes.append(f"{entry.path} is a link; not followed")
        elif entry.is_dir():
            if entry.name.startswith(".") or entry.name in VENDOR:
                walk.notes.append(f"{entry.path} was passed over: hidden, or the work of others")
            else:
                yield from _files(Path(entry.path), walk, depth + 1)
        elif entry.is_file() and not entry.name.startswith("."):
            yield Path(entry.path)

# SPDX-License-Identifier: Apache-2.0
"""The catalogue of an SQLite file, opened for reading only; SQLite itself refuses every other table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from krama.errors import BadInput
from krama.inventory.fields import Field, Reading

MAGIC = b"SQLite format 3\0"
CATALOGUE = ("sqlite_master", "sqlite_schema")
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"


def catalogue_only(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """The authoriser: only the catalogue may be read, so that no row ever is."""
    if action in ALLOWED or (action == sqlite3.SQLITE_READ and first in CATALOGUE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def read(path: Path, source: str) -> Reading:
    """Every column of every table."""
    if not path.is_file():
        raise BadInput("there is no such SQLite file")
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        return _read(uri, source)
    except sqlite3.OperationalError:  # a write-ahead log in a folder that cannot be written
        return _once_more(uri, source)
    except sqlite3.DatabaseError:
        raise BadInput("is not an SQLite database that can be read") from None


def _once_more(uri: str, source: str) -> Reading:
    try:
        reading = _read(uri + "&immutable=1", source)
    except sqlite3.DatabaseError:
        raise BadInput("is not an SQLite database that can be read, or is locked") from None
    reading.notes.append("was read as it lies on the disk; changes still in its write-ahead log are not seen")
    return reading


def _read(uri: str, source: str) -> Reading:
    reading = Reading(source)
    with closing(sqlite3.connect(uri, uri=True, timeout=5)) as db:
        db.execute("PRAGMA trusted_schema = OFF")
        db.set_authorizer(catalogue_only)
        for (table,) in db.execute(TABLES).fetchall():
            try:
                quoted = '"' + table.replace('"', '""') + '"'
                columns = db.execute(f"PRAGMA table_xinfo({quoted})").fetchall()
            except sqlite3.DatabaseError:  # a virtual table would have to read its rows to say its columns
                reading.notes.append(f"the table {table!r} does not say its columns without being read; passed over")
                continue
            for _, name, kind, *_ in columns:
                reading.add(Field(table, str(name), str(kind)))
    return reading

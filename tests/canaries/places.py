# SPDX-License-Identifier: Apache-2.0
"""Every place where something may have been left: files of the database with its WAL, dumps, rows, sessions, logs,
exports, backups, the temporary folder. Each says how its bytes are gathered; `plant.py` says how a leak gets there.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.canaries.cluster import Cluster
from tests.canaries.search import DEPTH
from tests.server.houses import House, url_of

Blob = tuple[str, bytes]
Gather = Callable[["Ground"], Iterator[Blob]]
OUTSIDE = ("/tmp", "/var/tmp", "/dev/shm")
LARGEST = 50_000_000
APART_TABLES = {"django_session": "sessions", "web_cache": "cache", "outbox_task": "outbox", "web_answer": "answers"}


@dataclass(frozen=True)
class Ground:
    """What a run left: the house, its temporary folder, what was printed, and since when files outside are new."""

    house: House
    temporary: Path
    began: float = 0.0
    logs: dict[str, bytes] | None = None
    answers: dict[str, bytes] | None = None
    told: dict[str, bytes] | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True)
class Place:
    """`keeps`: the firm's own words about itself may stand here; a child's, a reporter's, a suspect's nowhere."""

    name: str
    gather: Gather
    keeps: bool = False
    on: str = ""  # "sqlite" or "postgresql" where it is only there
    depth: int = DEPTH  # more where the place itself packs what lies in it


def _files(folder: Path, *patterns: str) -> Iterator[Blob]:
    for pattern in patterns or ("*",):
        for path in sorted(folder.rglob(pattern)):
            with suppress(OSError):
                if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
                    yield str(path), path.name.encode() + b"\n" + path.read_bytes()


def database_files(ground: Ground) -> Iterator[Blob]:
    """As they lie there now, free pages, WAL and all."""
    yield from _files(ground.house.folder / "home", "krama.sqlite3*")


def after_checkpoint(ground: Ground) -> Iterator[Blob]:
    ground.house.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield from _files(ground.house.folder / "home", "krama.sqlite3*")


def backup(ground: Ground) -> Iterator[Blob]:
    """A copy as SQLite makes it, and one rebuilt from the rows."""
    for statement in ("", "VACUUM INTO %s"):
        path = ground.house.folder / f"backup{bool(statement)}.sqlite3"
        if statement:
            ground.house.sql(statement, str(path))
        else:
            source = sqlite3.connect(ground.house.folder / "home" / "krama.sqlite3")
            target = sqlite3.connect(path)
            source.backup(target)
            source.close()
            target.close()
        yield path.name, path.read_bytes()
        path.unlink()


def dump_plain(ground: Ground) -> Iterator[Blob]:
    yield "pg_dump", _dump(ground, "plain")


def dump_custom(ground: Ground) -> Iterator[Blob]:
    yield "pg_dump -Fc", _dump(ground, "custom")


def _dump(ground: Ground, form: str) -> bytes:
    command = ["pg_dump", f"--format={form}", url_of(ground.house.database)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def data_folder(ground: Ground) -> Iterator[Blob]:
    """Every file of the cluster, its WAL too, after a CHECKPOINT; not of databases that are not the house's."""
    assert ground.cluster is not None
    ground.house.sql("CHECKPOINT")
    asked = "SELECT oid FROM pg_database WHERE datname <> current_database()"
    others = {str(oid) for (oid,) in ground.house.sql(asked)}
    for name, data in _files(ground.cluster.folder / "data"):
        if Path(name).parent.name not in others:
            yield name, data


def database_log(ground: Ground) -> Iterator[Blob]:
    """What the database was asked, in plain words: a server that is told to writes it down."""
    assert ground.cluster is not None
    yield str(ground.cluster.log), ground.cluster.log.read_bytes()


def rows(ground: Ground) -> Iterator[Blob]:
    """Every value of every row but of the tables that are places of their own."""
    for table in tables(ground.house):
        if table not in APART_TABLES:
            yield from _values(ground.house, table)


def table_of(name: str) -> Gather:
    return lambda ground: _values(ground.house, name)


def _values(house: House, table: str) -> Iterator[Blob]:
    if house.database:
        with psycopg.connect(url_of(house.database)) as connection:
            cursor = connection.execute(f'SELECT * FROM "{table}"'.encode())
            names, found = [one.name for one in cursor.description or ()], cursor.fetchall()
    else:
        plain = sqlite3.connect(house.folder / "home" / "krama.sqlite3", timeout=20)
        cursor_ = plain.execute(f'SELECT * FROM "{table}"')
        names, found = [one[0] for one in cursor_.description or ()], cursor_.fetchall()
        plain.close()
    for number, name in enumerate(names):
        if values := [_bytes(row[number]) for row in found if row[number] is not None]:
            yield f"{table}.{name}", b"\n".join(values)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value).encode()
    return str(value).encode()


def tables(house: House) -> list[str]:
    if house.database:
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    else:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return sorted(str(name) for (name,) in house.sql(asked))


def home(ground: Ground) -> Iterator[Blob]:
    """Snapshots, wording, whatever else lies in the home beside the database; a spool would lie here."""
    for name, data in _files(ground.house.folder / "home"):
        if "krama.sqlite3" not in name:
            yield name, data


def keys(ground: Ground) -> Iterator[Blob]:
    yield from _files(ground.house.folder / "keys")


def logs(ground: Ground) -> Iterator[Blob]:
    yield from (ground.logs or {}).items()
    yield from _files(ground.house.folder, "said-*")


def exports(ground: Ground) -> Iterator[Blob]:
    yield from _files(ground.house.folder / "exports")


def refusals(ground: Ground) -> Iterator[Blob]:
    """What machines were answered where they were refused: their own logs keep it."""
    yield from (ground.answers or {}).items()


def told(ground: Ground) -> Iterator[Blob]:
    """What the firm's app was sent."""
    yield from (ground.told or {}).items()


def temporary(ground: Ground) -> Iterator[Blob]:
    yield from _files(ground.temporary)


def outside(ground: Ground) -> Iterator[Blob]:
    """New files where programs leave theirs; other tests' own folders are theirs."""
    mine = str(ground.house.folder)
    for folder in map(Path, OUTSIDE):
        for base, folders, names in os.walk(folder):
            if ".git" in (*folders, *names):  # a checkout is nobody's leavings
                folders[:] = []
                continue
            folders[:] = [one for one in folders if not one.startswith(("pytest-", "krama-tests-", "krama-cluster-"))
                          and not f"{base}/{one}".startswith(mine)]  # fmt: skip
            for name in names:
                path = Path(base, name)
                with suppress(OSError):
                    stat = path.lstat()
                    if stat.st_mtime >= ground.began and stat.st_size <= LARGEST and path.is_file():
                        yield str(path), path.name.encode() + b"\n" + path.read_bytes()


PLACES = (
    Place("database files", database_files, keeps=True, on="sqlite"),
    Place("database files after a checkpoint", after_checkpoint, keeps=True, on="sqlite"),
    Place("backup", backup, keeps=True, on="sqlite"),
    Place("pg_dump", dump_plain, keeps=True, on="postgresql"),
    Place("pg_dump, compressed", dump_custom, keeps=True, on="postgresql", depth=3),
    Place("data folder", data_folder, keeps=True, on="postgresql", depth=1),
    Place("log of the database", database_log, keeps=True, on="postgresql", depth=3),
    Place("rows", rows, keeps=True),
    Place("sessions", table_of("django_session"), depth=5),
    Place("cache", table_of("web_cache"), depth=3),
    Place("outbox", table_of("outbox_task"), depth=3),
    Place("answers kept for repetition", table_of("web_answer"), keeps=True, depth=3),
    Place("home", home, keeps=True),
    Place("keys", keys),
    Place("logs", logs, depth=3),
    Place("exports", exports, keeps=True),
    Place("refusals", refusals),
    Place("temporary folder", temporary),
    Place("temporary folders of the machine", outside, depth=1),
)
OWN_CLUSTER = {"data folder", "log of the database"}

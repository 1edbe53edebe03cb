# SPDX-License-Identifier: Apache-2.0
"""Live catalogues: all columns are seen, and no row can be, by accounts and authorisers that forbid it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest
from psycopg import sql

from krama.inventory import scan_sources
from krama.inventory.readers import sqlite
from krama.inventory.sources import readings, shown

CANARY = "canary-3f1c"


@pytest.fixture
def square(tmp_path: Path) -> Path:
    file = tmp_path / "a b?.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"CREATE TABLE pupils (dob DATE, [parent telephone] TEXT, g TEXT GENERATED ALWAYS AS ('{CANARY}'))")
        db.execute("INSERT INTO pupils (dob) VALUES (?)", (CANARY,))
        db.execute("CREATE VIRTUAL TABLE words USING fts5 (body)")
        db.execute("CREATE TABLE [od'd; --] (x)")
        db.commit()
    return file


def test_sqlite_by_path_and_by_address(square: Path) -> None:
    for given in (str(square), f"sqlite:///{square}"):
        (reading,) = readings(given)
        assert {("pupils", "dob"), ("pupils", "parent telephone"), ("pupils", "g"), ("od'd; --", "x")} <= {
            (one.place, one.name) for one in reading.fields
        }
    assert {one.category.value for one in scan_sources([str(square)]).findings} == {"birth", "family"}


def test_sqlite_itself_refuses_a_row(square: Path) -> None:
    with closing(sqlite3.connect(square)) as db:
        assert db.execute("SELECT dob FROM pupils").fetchall()  # without the authoriser it would be read
        db.set_authorizer(sqlite.catalogue_only)
        for statement in (
            "SELECT dob FROM pupils",
            "DELETE FROM pupils",
            "PRAGMA writable_schema = 1",
            "ATTACH 'x' AS y",
        ):
            with pytest.raises(sqlite3.DatabaseError, match=r"prohibited|not authorized"):
                db.execute(statement)


def test_the_reader_of_sqlite_runs_under_that_authoriser(square: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def told(action: int, first: str | None, *rest: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            asked.append(first)
        return real(action, first, *rest)

    real = sqlite.catalogue_only
    monkeypatch.setattr(sqlite, "catalogue_only", told)
    list(readings(str(square)))
    assert asked
    assert set(asked) <= set(sqlite.CATALOGUE)


def test_an_address_is_shown_without_person_and_password() -> None:
    assert shown("postgres://dara:hunter2@db.example:5433/app?x=hunter2") == "postgres://db.example:5433/app"
    outcome = scan_sources(
        ["postgres://dara:hunter2@127.0.0.1:1/app", "ftp://dara:hunter2@h/x", "mysql://a:hunter2@[::1"]
    )
    assert len(outcome.faults) == 3
    assert "hunter2" not in "".join(outcome.faults)


@pytest.fixture
def nobody(own_database_url: str) -> Iterator[str]:
    """A PostgreSQL with a row, and the address of a role that may read no table in it."""
    if not own_database_url:
        pytest.skip("PostgreSQL; runs with --postgres")
    role, base = f"krama_test_{secrets.token_hex(6)}", own_database_url
    with psycopg.connect(base, autocommit=True) as db:
        db.execute("CREATE SCHEMA shop")
        db.execute("CREATE TABLE shop.pupils (dob date, parent_phone text, gone int)")
        db.execute("ALTER TABLE shop.pupils DROP COLUMN gone")
        db.execute("CREATE TABLE plain (name text)")
        db.execute("COMMENT ON COLUMN plain.name IS 'ថ្ងៃកំណើត'")
        db.execute("INSERT INTO plain VALUES (%s)", (CANARY,))
        db.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    try:
        yield f"postgres://{role}@" + base.split("@", 1)[1]
    finally:
        with psycopg.connect(base, autocommit=True) as db:
            db.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.mark.database
def test_postgres_needs_no_right_on_any_table(nobody: str) -> None:
    with psycopg.connect(nobody) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("SELECT * FROM plain")  # so whoever reads a row is refused
    (reading,) = readings(nobody)
    assert [(one.place, one.name, one.type) for one in reading.fields] == [
        ("plain", "name", "text"),
        ("shop.pupils", "dob", "date"),
        ("shop.pupils", "parent_phone", "text"),
    ]
    assert reading.fields[0].comment == "ថ្ងៃកំណើត"
    assert CANARY not in repr(reading)
    assert "@" not in reading.source


@pytest.fixture
def mysql() -> Iterator[str]:
    """A MySQL or MariaDB on this machine that lets root in, with an account that may insert and never select."""
    try:
        root = pymysql.connect(host="127.0.0.1", user="root", password="", autocommit=True, connect_timeout=2)
    except (pymysql.MySQLError, OSError):
        pytest.skip("no MySQL or MariaDB on this machine that lets root in")
    name, word = f"krama_test_{secrets.token_hex(4)}", secrets.token_hex(8)
    with root, root.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            cursor.execute(f"CREATE TABLE {name}.pupils (dob date COMMENT 'born', c text)")
            cursor.execute(f"INSERT INTO {name}.pupils (c) VALUES ('{CANARY}')")
            cursor.execute(f"CREATE USER '{name}'@'%' IDENTIFIED BY '{word}'")
            cursor.execute(f"GRANT INSERT ON {name}.* TO '{name}'@'%'")
            yield f"mysql://{name}:{word}@127.0.0.1:3306/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name}")
            cursor.execute(f"DROP USER IF EXISTS '{name}'@'%'")


@pytest.mark.loopback
def test_mysql_needs_no_select(mysql: str) -> None:
    account, password = mysql.split("//")[1].split("@")[0].split(":")
    with (
        pymysql.connect(host="127.0.0.1", user=account, password=password, database=account) as db,
        db.cursor() as cursor,
        pytest.raises(pymysql.MySQLError),
    ):
        cursor.execute("SELECT * FROM pupils")
    (reading,) = readings(mysql)
    assert [(one.place, one.name, one.type, one.comment) for one in reading.fields] == [
        ("pupils", "dob", "date", "born"),
        ("pupils", "c", "text", ""),
    ]
    assert password not in repr(reading)

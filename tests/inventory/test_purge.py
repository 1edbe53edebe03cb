# SPDX-License-Identifier: Apache-2.0
"""Purge plans: parsed again, and run on real databases made for the test. As generated nothing changes."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlglot
from psycopg import sql
from sqlglot import exp

from krama.inventory.purge import CUTOFF, SUBJECT, Target, plan_of
from krama.inventory.purge_schema import BadSchema, Schema, read_schema
from krama.inventory.purge_sql import plan_as_sql

SERVER_URL = "KRAMA_TEST_DATABASE_URL"
HOSTILE = "no\"tes`; DROP TABLE users; -- \\! 'x' ឈ្មោះ"
SCHEMA = """
CREATE TABLE users (id integer PRIMARY KEY, name text, email text NOT NULL, guardian integer REFERENCES users(id),
  created_at text);
CREATE TABLE rooms (id integer PRIMARY KEY, owner integer REFERENCES users ON DELETE SET NULL, title text);
CREATE TABLE messages (id integer PRIMARY KEY, sender integer NOT NULL REFERENCES users(id), body text, sent_at text,
  room integer REFERENCES rooms(id));
CREATE TABLE reactions (message integer NOT NULL REFERENCES messages(id), who integer NOT NULL REFERENCES users(id),
  PRIMARY KEY (message, who));
CREATE TABLE reports (m integer, w integer, words text, FOREIGN KEY (m, w) REFERENCES reactions (message, who));
CREATE TABLE logs (user_id integer, ip text);
CREATE TABLE "{hostile}" ("{hostile}" integer NOT NULL REFERENCES users(id), "Say ""it"" now" text);
""".replace("{hostile}", HOSTILE.replace('"', '""'))
ROWS = """
INSERT INTO users VALUES (1, 'Sok', 'a@example.org', NULL, '2020-01-01'), (2, 'Dara', 'b@example.org', 1, '2025-01-01'),
  (3, 'Vanna', 'c@example.org', NULL, '2026-01-01');
INSERT INTO rooms VALUES (1, 1, 'one'), (2, 3, 'three');
INSERT INTO messages VALUES (1, 1, 'from one', '2024-01-01', 1), (2, 3, 'from three', '2026-01-01', 1),
  (3, 3, 'no day', NULL, 2), (4, 3, 'old', '2023-05-05', 2);
INSERT INTO reactions VALUES (1, 3), (2, 1), (2, 3), (4, 3);
INSERT INTO reports VALUES (1, 3, 'a'), (2, 1, 'b'), (2, 3, 'c'), (NULL, NULL, 'd');
INSERT INTO logs VALUES (1, '192.0.2.1');
INSERT INTO "{hostile}" VALUES (1, 'x'), (3, 'y');
""".replace("{hostile}", HOSTILE.replace('"', '""'))
TABLES = ("users", "rooms", "messages", "reactions", "reports", "logs", HOSTILE)
FOUND = [("rooms", "title"), ("users", "name"), ("users", "email"), ("logs", "ip")]


def schema(dialect: str = "sqlite") -> Schema:
    text = SCHEMA
    if dialect == "mysql":
        text = re.sub(r'"((?:[^"]|"")*)"', lambda m: "`" + m[1].replace('""', '"').replace("`", "``") + "`", text)
    return read_schema(text, dialect)


def plan(dialect: str, place: str = "users.id", parameter: str = SUBJECT, **how: Any) -> str:
    known = schema(dialect)
    table, column = known.column(place)
    made = plan_of(known, Target(table.name, column, parameter), **how)
    return plan_as_sql(
        made, known, dialect, days=365 if parameter == CUTOFF else None, source="s.sql\nDROP TABLE users;"
    )


def statements(text: str) -> list[str]:
    """The file as a driver takes it: one statement after another, without comments."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [one.strip() for one in bare.split(";\n") if one.strip()]


class Database:
    """A real database, made for one test."""

    dialect: str

    def run(self, text: str, value: object) -> list[int]:
        raise NotImplementedError

    def rows(self, table: str) -> list[tuple[object, ...]]:
        raise NotImplementedError

    def whole(self) -> dict[str, list[tuple[object, ...]]]:
        return {table: self.rows(table) for table in TABLES}


class Sqlite(Database):
    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(SCHEMA + ROWS)

    def run(self, text: str, value: object) -> list[int]:
        counts = []
        for one in statements(text):
            found = self.connection.execute(one, {SUBJECT: value, CUTOFF: value})
            counts += [row[0] for row in found] if one.startswith("SELECT") else []
            counts += [found.rowcount] if one.startswith(("UPDATE", "DELETE")) else []
        return counts

    def rows(self, table: str) -> list[tuple[object, ...]]:
        name = table.replace('"', '""')
        return sorted(self.connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=str)


class Postgres(Database):
    dialect = "postgres"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(SCHEMA + ROWS)

    def run(self, text: str, value: object) -> list[int]:
        counts = []
        for one in statements(text):
            bound = re.sub(r":'(subject|cutoff)'", r"%(\1)s", one.replace("%", "%%"))
            found = self.connection.execute(bound, {SUBJECT: value, CUTOFF: value})
            counts += [row[0] for row in found] if one.startswith("SELECT") else []
            counts += [found.rowcount] if one.startswith(("UPDATE", "DELETE")) else []
        return counts

    def rows(self, table: str) -> list[tuple[object, ...]]:
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        return sorted(self.connection.execute(query).fetchall(), key=str)


@pytest.fixture
def url() -> Iterator[str]:
    server, name = os.environ.get(SERVER_URL), f"krama_test_{secrets.token_hex(6)}"
    if not server:
        pytest.skip(f"{SERVER_URL} is not set")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server.rsplit("/", 1)[0] + "/" + name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(tmp_path: Path, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Database]:
    on_postgres = pytestconfig.getoption("--postgres")
    made: Database = Postgres(request.getfixturevalue("url")) if on_postgres else Sqlite(tmp_path / "test.sqlite3")
    yield made
    made.connection.close()  # type: ignore[attr-defined]


def committed(text: str) -> str:
    assert text.endswith("\nROLLBACK;\n")
    return text.removesuffix("ROLLBACK;\n") + "COMMIT;\n"


@pytest.mark.database
def test_one_person_goes_and_nobody_else(database: Database) -> None:
    before = database.whole()
    text = plan(database.dialect, found=FOUND)
    counts = database.run(text, 1)
    assert database.whole() == before  # as generated nothing changes
    half = len(counts) // 2
    assert counts[:half] == counts[half:]  # the counts say what the changes then do
    database.run(committed(text), 1)
    assert database.whole() == {
        "users": [(2, "Dara", "b@example.org", None, "2025-01-01"), (3, "Vanna", "c@example.org", None, "2026-01-01")],
        "rooms": [(1, None, "one"), (2, 3, "three")],
        "messages": [row for row in before["messages"] if row[1] == 3],
        "reactions": [(2, 3), (4, 3)],
        "reports": [(2, 3, "c"), (None, None, "d")],
        "logs": before["logs"],
        HOSTILE: [(3, "y")],
    }


@pytest.mark.database
def test_what_is_old_goes_and_what_has_no_day_stays(database: Database) -> None:
    before = database.whole()
    text = plan(database.dialect, "messages.sent_at", CUTOFF)
    database.run(text, "2024-06-01")
    assert database.whole() == before
    database.run(committed(text), "2024-06-01")
    assert [row[0] for row in database.rows("messages")] == [2, 3]
    assert database.rows("reactions") == [(2, 1), (2, 3)]
    assert database.rows("reports") == [(2, 1, "b"), (2, 3, "c"), (None, None, "d")]
    assert database.rows("users") == before["users"]


@pytest.mark.database
def test_a_row_can_stay_and_lose_what_was_found(database: Database) -> None:
    before = database.whole()
    text = plan(database.dialect, found=FOUND, keep={"users"})
    database.run(committed(text), 1)
    assert (1, None, "a@example.org", None, "2020-01-01") in database.rows("users")
    assert {**database.whole(), "users": []} == {**before, "users": []}
    assert "[ ] users.email: may not be empty" in text


@pytest.mark.database
def test_a_row_that_lets_go_is_emptied_only_when_asked(database: Database) -> None:
    assert "[ ] rooms: rows stay and only let go of owner; found in them: title." in plan(database.dialect, found=FOUND)
    database.run(committed(plan(database.dialect, found=FOUND, keep={"rooms"})), 1)
    assert database.rows("rooms") == [(1, None, None), (2, 3, "three")]
    assert (2, "Dara", "b@example.org", None, "2025-01-01") in database.rows("users")  # she is somebody else


@pytest.mark.database
@pytest.mark.parametrize("value", ["1' OR '1'='1", "'; DROP TABLE users; --", None, 99])
def test_a_strange_parameter_removes_nobody(database: Database, value: object) -> None:
    before = database.whole()
    try:
        database.run(committed(plan(database.dialect)), value)
    except psycopg.errors.InvalidTextRepresentation:
        database.run("ROLLBACK;\n", 1)
    assert database.whole() == before


@pytest.mark.database
@pytest.mark.parametrize(("table", "column"), [("messages", "sent_at"), ("reactions", "who"), ("messages", "id")])
def test_a_plan_from_an_old_schema_fails_and_removes_nothing(database: Database, table: str, column: str) -> None:
    text = plan(database.dialect, "messages.sent_at", CUTOFF) if column == "sent_at" else plan(database.dialect)
    rename = f"ALTER TABLE {table} RENAME COLUMN {column} TO elsewhere;\n"
    database.run(rename, 1)
    before = database.whole()
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedColumn)):
        database.run(committed(text), "zzz" if column == "sent_at" else 1)
    database.run("ROLLBACK;\n", 1)
    assert database.whole() == before


@pytest.mark.database
def test_a_bare_name_would_have_removed_everything(database: Database) -> None:
    """Why every column is named with its table: the planted plan does not, and SQLite takes the name for a text."""
    if database.dialect != "sqlite":
        pytest.skip("only SQLite reads an unknown name as a text")
    database.run("ALTER TABLE messages RENAME COLUMN sent_at TO elsewhere;\n", 1)
    assert database.run('SELECT count(*) FROM messages WHERE "sent_at" < :cutoff;\n', "zzz") == [4]


@pytest.mark.database
@pytest.mark.skipif(not shutil.which("psql"), reason="psql is not installed")
def test_psql_takes_the_file_as_it_is(url: str, tmp_path: Path) -> None:
    database = Postgres(url)
    before = database.whole()
    for text, same in ((plan("postgres"), True), (committed(plan("postgres")), False)):
        (tmp_path / "plan.sql").write_text(text, encoding="utf-8")
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "subject=1", "-d", url, "-f", "plan.sql"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        assert (database.whole() == before) is same
    assert database.rows(HOSTILE) == [(3, "y")]
    database.connection.close()


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("parameter", [SUBJECT, CUTOFF])
def test_the_file_parses_and_holds_only_what_it_says(dialect: str, parameter: str) -> None:
    place = "users.id" if parameter == SUBJECT else "messages.sent_at"
    text = plan(dialect, place, parameter, found=FOUND)
    bare = re.sub(r":'(\w+)'", r":\1", text)  # psql's own way to quote a variable
    parsed = [one for one in sqlglot.parse(bare, read=dialect) if not isinstance(one, exp.Pragma)]
    kinds = [type(one) for one in parsed]
    changes = [kind for kind in kinds if kind in (exp.Update, exp.Delete)]
    assert kinds == [exp.Transaction, *[exp.Select] * len(changes), *changes, exp.Rollback]
    for one in parsed[1:-1]:
        assert one is not None
        assert one.args["where"]
        assert not list(one.find_all(exp.Literal)), one.sql()
        assert list(one.find_all(exp.Placeholder, exp.Parameter))
        assert all(column.table for column in one.find_all(exp.Column) if column.find_ancestor(exp.Where))


def test_it_begins_with_who_must_review_it() -> None:
    head = plan("postgres", found=FOUND).splitlines()
    assert head[1].startswith("-- MUST BE REVIEWED")
    assert any("logs: no foreign key leads here" in line for line in head)
    assert "-- Made from: s.sql?DROP TABLE users;" in head
    assert head.index("BEGIN;") > 15
    assert all(line.startswith("--") or not line for line in head[: head.index("BEGIN;")])


def test_children_come_before_parents() -> None:
    gone = re.findall(r'^DELETE FROM "(\w+)"', plan("sqlite"), re.MULTILINE)
    assert gone.index("reports") < gone.index("reactions") < gone.index("messages") < gone.index("users")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no CREATE TABLE"),
        ("SELECT 1", "no CREATE TABLE"),
        ("CREATE TABLE users (id int primary key", "not a schema"),
        ("CREATE TABLE a (id int, b int REFERENCES nowhere(id))", "no table is called 'nowhere'"),
        ("CREATE TABLE a (id int, b int REFERENCES a)", "does not fit"),
        ("CREATE TABLE a (id int); CREATE TABLE a (id int)", "made twice"),
        ('CREATE TABLE "a\nb" (id int)', "control character"),
        ("CREATE TABLE a (id int); ALTER TABLE a WIBBLE FOREIGN KEY (id) WOBBLE b", "could hide a foreign key"),
        ("COPY a FROM stdin;\n1\t2\n\\.\n", "not a schema"),
    ],
)
def test_a_schema_that_cannot_be_trusted_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadSchema) as caught:
        read_schema(text, "postgres")
    assert words in caught.value.detail


def test_pg_dump_is_read() -> None:
    known = read_schema(
        """
        SET statement_timeout = 0;
        \\restrict x
        SELECT pg_catalog.set_config('search_path', '', false);
        CREATE TABLE public.Users (id bigint NOT NULL, "Name" text);
        ALTER TABLE public.users OWNER TO app;
        ALTER TABLE public.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.s);
        CREATE TABLE public.messages (id bigint NOT NULL, sender bigint);
        ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
        ALTER TABLE ONLY public.messages
            ADD CONSTRAINT fk FOREIGN KEY (sender) REFERENCES public.users(id) ON DELETE SET NULL;
        """.replace("        ", ""),
        "postgres",
    )
    assert known.tables["public.users"].key == ("id",)
    (link,) = known.links
    assert (link.child, link.columns, link.parent, link.keys, link.nulls) == (
        "public.messages", ("sender",), "public.users", ("id",), True,
    )  # fmt: skip
    table, column = known.column("users.Name")
    made = plan_as_sql(plan_of(known, Target(table.name, column, SUBJECT)), known, "postgres")
    assert 'DELETE FROM "public"."users" WHERE "users"."Name" = ' in made


def test_rings_and_rows_that_cannot_let_go_are_named() -> None:
    ring = "CREATE TABLE a (id int PRIMARY KEY, b int{0} REFERENCES b(id));"
    ring += "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a(id));"
    known = read_schema(ring.format(""), "sqlite")
    with pytest.raises(BadSchema, match=r"ring: .*--set-null a\.b"):
        plan_of(known, Target("a", "id", SUBJECT))
    made = plan_of(known, Target("a", "id", SUBJECT), let_go={("a", "b")})
    assert [step.table for step in made.steps] == ["a", "b", "a"]
    with pytest.raises(BadSchema, match="may not be empty"):
        plan_of(read_schema(ring.format(" NOT NULL"), "sqlite"), Target("a", "id", SUBJECT), let_go={("a", "b")})
    tree = read_schema("CREATE TABLE a (id int PRIMARY KEY, up int NOT NULL REFERENCES a(id))", "sqlite")
    with pytest.raises(BadSchema, match="names itself"):
        plan_of(tree, Target("a", "id", SUBJECT))


WATCHED = """
import sys
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "sqlite3.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
        seen.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append(f"open {arguments[0]}")
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from krama.cli import main
try:
    main(sys.argv[1:], standalone_mode=False)
finally:
    if PLANT: import sqlite3; sqlite3.connect(":memory:")
    print("SEEN", seen, file=sys.stderr)
    drivers = [name for name in ("psycopg", "pymysql", "django", "ssl") if name in sys.modules]
    print("DRIVERS", drivers, file=sys.stderr)
"""


@pytest.mark.parametrize("planted", [False, True])
def test_the_generator_opens_no_connection(tmp_path: Path, planted: bool) -> None:
    (tmp_path / "s.sql").write_text(SCHEMA, encoding="utf-8")
    program = WATCHED.replace("PLANT", str(planted))
    arguments = ["inventory", "purge-plan", "s.sql", "--dialect", "sqlite", "--subject", "users.id"]
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.endswith("ROLLBACK;\n"), done.stderr
    assert ("SEEN []" in done.stderr) is not planted, done.stderr
    assert "DRIVERS []" in done.stderr

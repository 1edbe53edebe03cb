# SPDX-License-Identifier: Apache-2.0
"""SQL schemas of three dialects: every column with its line, rows passed over, what cannot be parsed named."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.inventory.fields import Field
from krama.inventory.readers.sql import dialect_of, of_text
from krama.inventory.readers.sql_statements import statements


def columns(text: str) -> list[str]:
    return [f"{one.place}.{one.name}" for one in of_text(text, "s").fields]


def test_postgres_with_comments_and_alterations() -> None:
    text = """-- a; comment
CREATE TABLE app.users (id bigserial, data jsonb,
    born date);
ALTER TABLE app.users ADD COLUMN school text, ADD CONSTRAINT one UNIQUE (school);
ALTER TABLE ONLY app.users RENAME COLUMN born TO birth_day;
COMMENT ON COLUMN app.users.data IS 'ថ្ងៃកំណើត';
CREATE FUNCTION f() RETURNS text AS $$ SELECT 'CREATE TABLE no (a int);' $$ LANGUAGE sql;
COPY app.users (id) FROM stdin;
1;CREATE TABLE rows (secret int);
\\.
CREATE TABLE last (z int);
"""
    reading = of_text(text, "s")
    assert dialect_of(text) == "postgres"
    assert columns(text) == [
        "app.users.id",
        "app.users.data",
        "app.users.born",
        "app.users.school",
        "app.users.birth_day",
        "last.z",
    ]
    assert reading.fields[1] == Field("app.users", "data", "JSONB", "ថ្ងៃកំណើត", 2)
    assert [one.line for one in reading.fields] == [2, 2, 3, 4, 5, 11]
    assert reading.notes == []


def test_a_mysql_dump_with_its_rows() -> None:
    text = """/*!40101 SET NAMES utf8 */;
# a comment; with a mark
CREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT, `c` varchar(3) COMMENT 'It''s; a name') ENGINE=InnoDB;
INSERT INTO `a` VALUES (1, 'x\\'; CREATE TABLE planted (secret int); --');
CREATE TABLE `b` (`d` date) ENGINE=InnoDB PARTITION BY HASH (`d`) PARTITIONS 4;
"""
    assert dialect_of(text) == "mysql"
    assert columns(text) == ["a.id", "a.c", "b.d"]
    assert of_text(text, "s").fields[1].comment == "It's; a name"


def test_sqlite_and_its_options() -> None:
    text = "CREATE TABLE a (b TEXT, c) WITHOUT ROWID;\nCREATE TABLE d (e INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;"
    assert dialect_of(text) == "sqlite"
    assert columns(text) == ["a.b", "a.c", "d.e"]


def test_what_cannot_be_parsed_is_named_and_the_rest_is_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reading = of_text("CREATE TABLE good (a int);\n\nCREATE TABLE bad (((;\nCREATE TABLE too (b int);", "s")
    assert [one.name for one in reading.fields] == ["a", "b"]
    assert reading.notes == ["line 3: this statement could not be read and was passed over"]
    assert caplog.records == []  # a statement has no place in a log


def test_nothing_that_parses_is_an_error() -> None:
    with pytest.raises(BadInput, match="line 1"):
        of_text("CREATE TABLE (((;", "s")


def test_a_table_made_of_a_query_names_no_column_twice() -> None:
    assert columns("CREATE TABLE a AS SELECT dob FROM b;") == []


@given(st.text("';-/*$`\"#ab\\\n (", max_size=200))
def test_cutting_ends_whatever_the_text_holds(text: str) -> None:
    for mysql in (True, False):
        cut = list(statements(text + ";CREATE TABLE a (b int)", mysql=mysql))
        assert all(one.line >= 1 and one.text.upper().startswith(("CREATE", "ALTER", "COMMENT")) for one in cut)


@given(st.lists(st.sampled_from(["'x;y'", "-- ;\n", "/* ; */", '"a;b"', "$q$;$q$", "1"]), max_size=6))
def test_a_mark_inside_quotes_or_comments_ends_nothing(parts: list[str]) -> None:
    text = "SELECT " + " ".join(parts) + ";CREATE TABLE a (b int);"
    assert [one.text for one in statements(text, mysql=False)] == ["CREATE TABLE a (b int)"]

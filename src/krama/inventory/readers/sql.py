# SPDX-License-Identifier: Apache-2.0
"""Columns of SQL schemas: CREATE TABLE, ALTER TABLE and COMMENT ON COLUMN, by sqlglot, parsed and never run."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from krama.errors import BadInput
from krama.inventory.fields import Field, Needs, Reading
from krama.inventory.opening import MB, as_text, read_bytes
from krama.inventory.readers.sql_statements import Statement, statements, without_options

LARGEST = 32 * MB
MOST_PARSED = 4 * MB  # characters that are parsed of one file
SIGNS = {
    "mysql": re.compile(r"`\w+`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bUNSIGNED\b", re.IGNORECASE),
    "postgres": re.compile(
        r"\bSERIAL\b|\bTIMESTAMPTZ\b|\bJSONB\b|\bBYTEA\b|\bCOMMENT\s+ON\b|::\w|\bCOPY\s|\$\$|\bALTER\s+TABLE\s+ONLY\b",
        re.IGNORECASE,
    ),
    "sqlite": re.compile(r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bPRAGMA\b|\bSTRICT\s*;", re.IGNORECASE),
}
ADDS = re.compile(r"\b(?:ADD|RENAME|CHANGE|MODIFY)\b", re.IGNORECASE)
NO_COLUMN = re.compile(
    r"\bADD\s+(?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|INDEX|KEY|FULLTEXT|CHECK|GENERATED)\b|\bRENAME\s+TO\b", re.IGNORECASE
)


def read(path: Path, source: str) -> Reading:
    """The columns of a file of SQL."""
    return of_text(as_text(read_bytes(path, LARGEST)), source)


def dialect_of(text: str) -> str:
    """The dialect of which most signs are seen in the first 200 KB; PostgreSQL when there is none."""
    counts = {name: len(sign.findall(text, 0, 200_000)) for name, sign in SIGNS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "postgres"


def of_text(text: str, source: str) -> Reading:
    """The columns of SQL text; what cannot be parsed is named with its line and passed over."""
    reading, dialect, parsed, good = Reading(source), dialect_of(text), 0, 0
    comments: dict[tuple[str, str], str] = {}
    for one in statements(text, mysql=dialect == "mysql"):
        parsed += len(one.text)
        if parsed > MOST_PARSED:
            reading.faults.append(f"line {one.line}: more than {MOST_PARSED // MB} MB of schema; the rest was not read")
            break
        tree = None if one.too_long else _tree(one.text, dialect)
        if tree is not None:
            good += 1
            _take(tree, one, reading, comments)
        elif one.too_long or _speaks_of_columns(one.text):
            reading.notes.append(f"line {one.line}: this statement could not be read and was passed over")
    if reading.notes and not good:
        raise BadInput(f"no statement could be read as SQL; {reading.notes[0]}")
    reading.fields = _with_comments(reading.fields, comments)
    return reading


def _speaks_of_columns(text: str) -> bool:
    if not text.upper().startswith("ALTER"):
        return True
    return bool(ADDS.search(text)) and not NO_COLUMN.search(text)


def _tree(text: str, dialect: str) -> Any:
    try:
        from sqlglot import exp, parse_one
        from sqlglot.errors import SqlglotError
    except ModuleNotFoundError:
        raise Needs("sqlglot") from None
    with _quiet():
        for tried, form in product(
            (text, without_options(text)), dict.fromkeys((dialect, "postgres", "mysql", "sqlite"))
        ):
            try:
                tree = parse_one(tried, dialect=form)
            except (SqlglotError, RecursionError):
                continue
            if not isinstance(tree, exp.Command):
                return tree
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """sqlglot logs the statement that it does not know: that is text of the file, and has no place in a log."""
    log = logging.getLogger("sqlglot")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _take(tree: Any, one: Statement, reading: Reading, comments: dict[tuple[str, str], str]) -> None:
    from sqlglot import exp

    if isinstance(tree, exp.Comment):
        column, said = tree.this, tree.expression
        place = column.parts[-2].name if len(getattr(column, "parts", ())) > 1 else ""
        comments[_key(place, column.name)] = said.name if said is not None else ""
        return
    table = tree.find(exp.Table)
    place = ".".join(part.name for part in table.parts) if table is not None else ""
    if isinstance(tree, exp.Create) and not isinstance(tree.this, exp.Schema):
        return  # CREATE TABLE … AS SELECT: its columns stand where they come from
    columns = tree.this.expressions if isinstance(tree, exp.Create) else tree.args.get("actions") or []
    for column in columns:
        if isinstance(column, exp.ColumnDef):
            reading.add(_column(column, place, one))
        elif isinstance(column, exp.Identifier):  # SQLite: a column without a type
            reading.add(Field(place, column.name, line=one.line + int(column.meta.get("line", 1)) - 1))
        elif isinstance(column, exp.RenameColumn):
            reading.add(Field(place, column.args["to"].name, line=_line(column.args["to"], one)))


def _column(column: Any, place: str, one: Statement) -> Field:
    from sqlglot import exp

    kind = column.args.get("kind")
    comment = next(
        (c.kind.this.name for c in column.constraints if isinstance(c.kind, exp.CommentColumnConstraint)), ""
    )
    return Field(place, column.name, kind.sql() if kind is not None else "", comment, _line(column, one))


def _line(node: Any, one: Statement) -> int:
    inside = node.this.meta.get("line", 1) if hasattr(node.this, "meta") else node.meta.get("line", 1)
    return one.line + int(inside) - 1


def _key(place: str, name: str) -> tuple[str, str]:
    return place.rpartition(".")[2], name


def _with_comments(fields: list[Field], comments: dict[tuple[str, str], str]) -> list[Field]:
    return [replace(one, comment=comments.get(_key(one.place, one.name), one.comment)) for one in fields]

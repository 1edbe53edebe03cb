# SPDX-License-Identifier: Apache-2.0
"""Tables, columns and foreign keys from a schema in SQL, parsed and never run.

What could hide a foreign key and cannot be read is an error: a purge that misses one leaves a child's rows behind.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

from krama.errors import BadInput

DIALECTS = ("postgres", "mysql", "sqlite")
MAY_HIDE_A_KEY = re.compile(r"\b(REFERENCES|FOREIGN\s+KEY|PRIMARY\s+KEY)\b", re.IGNORECASE)
LARGEST = 16 * 1024 * 1024  # characters


class BadSchema(BadInput):
    """A schema cannot be read, or does not hold what was asked for."""

    code = "bad_schema"


@dataclass(frozen=True)
class Link:
    """A foreign key: `columns` of `child` name `keys` of `parent`."""

    child: str
    columns: tuple[str, ...]
    parent: str
    keys: tuple[str, ...]
    nulls: bool  # ON DELETE SET NULL


@dataclass
class Table:
    """One table; `name` may be `schema.table`. A column maps to its type."""

    parts: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)  # NOT NULL
    key: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return ".".join(self.parts)


@dataclass
class Schema:
    """All tables by name, and their foreign keys."""

    tables: dict[str, Table] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def table(self, name: str) -> Table:
        """By its name with or without the schema, in any case; `BadSchema` when none or several are meant."""
        wanted = name.casefold()
        exact = [table for table in self.tables.values() if table.name == name]
        found = exact or [table for table in self.tables.values() if table.name.casefold() == wanted]
        found = found or [table for table in self.tables.values() if table.parts[-1].casefold() == wanted]
        if len(found) != 1:
            said = "several tables are" if found else "no table is"
            raise BadSchema(f"In this schema {said} called {name!r}; there are: {', '.join(sorted(self.tables))[:600]}")
        return found[0]

    def column(self, place: str) -> tuple[Table, str]:
        """`TABLE.COLUMN`, split at the last dot."""
        name, _, column = place.rpartition(".")
        if not name:
            raise BadSchema(f"{place!r} is not TABLE.COLUMN.")
        table = self.table(name)
        found = [own for own in table.columns if own == column]
        found = found or [own for own in table.columns if own.casefold() == column.casefold()]
        if len(found) != 1:
            raise BadSchema(f"{table.name} has no column {column!r}; it has: {', '.join(table.columns)[:600]}")
        return table, found[0]


def read_schema(text: str, dialect: str) -> Schema:
    """The schema of a text such as `pg_dump --schema-only`, `mysqldump --no-data` or `.schema` gives."""
    import sqlglot
    from sqlglot.errors import ErrorLevel, SqlglotError

    if len(text) > LARGEST:
        raise BadSchema("The schema is larger than 16 MiB; dump it without data.")
    plain = re.sub(r"^\\.*$", "", text, flags=re.MULTILINE)  # pg_dump's own commands to psql
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        statements = sqlglot.parse(plain, read=dialect, error_level=ErrorLevel.RAISE)
    except (SqlglotError, RecursionError) as problem:
        places = getattr(problem, "errors", None) or [{}]
        where = f"line {places[0].get('line')}: " if places[0].get("line") else ""
        raise BadSchema(
            f"{where}this is not a schema in the dialect {dialect} that can be read. Give the definitions only, "
            "without data: pg_dump --schema-only, mysqldump --no-data, or sqlite3 FILE .schema"
        ) from None
    reader = _Reader(dialect)
    for statement in statements:
        reader.take(statement)
    return reader.finish()


class _Reader:
    """Takes one statement after another; foreign keys are joined at the end, since parents may come later."""

    def __init__(self, dialect: str) -> None:
        from sqlglot import exp

        self.exp, self.dialect, self.schema = exp, dialect, Schema()
        self.waiting: list[tuple[Table, tuple[str, ...], Any]] = []

    def take(self, statement: Any) -> None:
        exp = self.exp
        if isinstance(statement, exp.Create) and statement.kind == "TABLE":
            self._create(statement)
        elif isinstance(statement, exp.Alter) and statement.args.get("kind") == "TABLE":
            self._alter(statement)
        elif isinstance(statement, exp.Command) and MAY_HIDE_A_KEY.search(statement.sql(self.dialect)):
            raise BadSchema(
                "A statement with a key in it cannot be read, and could hide a foreign key: "
                f"{statement.sql(self.dialect)[:120]!r}. Write it more plainly, or take it out and see to it by hand."
            )

    def finish(self) -> Schema:
        for table, columns, reference in self.waiting:
            self.schema.links.append(self._link(table, columns, reference))
        if not self.schema.tables:
            raise BadSchema("There is no CREATE TABLE in this file.")
        return self.schema

    def _create(self, statement: Any) -> None:
        exp, inside = self.exp, statement.this
        if not isinstance(inside, exp.Schema):
            return  # CREATE TABLE ... AS SELECT has no keys
        table = Table(self._parts(inside.this))
        if table.name in self.schema.tables:
            raise BadSchema(f"The table {table.name} is made twice.")
        self.schema.tables[table.name] = table
        for one in inside.expressions:
            if isinstance(one, exp.ColumnDef):
                self._column(table, one)
            else:
                self._constraint(table, one)

    def _alter(self, statement: Any) -> None:
        exp = self.exp
        if not any(statement.find_all(exp.ForeignKey, exp.PrimaryKey, exp.Reference)):
            return
        table = self.schema.table(".".join(self._parts(statement.this)))
        for action in statement.args.get("actions") or []:
            if isinstance(action, exp.ColumnDef):
                self._column(table, action)
            else:
                self._constraint(table, action)

    def _column(self, table: Table, column: Any) -> None:
        exp, name = self.exp, self._name(column.this)
        table.columns[name] = column.kind.sql(self.dialect) if column.kind else ""
        for constraint in column.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null"):
                table.required.add(name)
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                table.key = (name,)
                table.required.add(name)
            elif isinstance(kind, exp.Reference):
                self.waiting.append((table, (name,), kind))

    def _constraint(self, table: Table, constraint: Any) -> None:
        exp = self.exp
        for key in constraint.find_all(exp.PrimaryKey):
            table.key = tuple(self._name(column) for column in key.expressions)
            table.required.update(table.key)
        for foreign in constraint.find_all(exp.ForeignKey):
            columns = tuple(self._name(column) for column in foreign.expressions)
            self.waiting.append((table, columns, foreign.args["reference"]))

    def _link(self, table: Table, columns: tuple[str, ...], reference: Any) -> Link:
        exp, target = self.exp, reference.this
        named = target if isinstance(target, exp.Schema) else None
        parent = self._parent(table, self._parts(named.this if named else target))
        keys = tuple(self._name(column) for column in named.expressions) if named else parent.key
        if len(keys) != len(columns) or not all(column in table.columns for column in columns):
            raise BadSchema(f"The foreign key {', '.join(columns)} of {table.name} does not fit {parent.name}.")
        options = " ".join(str(option) for option in reference.args.get("options") or []).upper()
        return Link(table.name, columns, parent.name, keys, "ON DELETE SET NULL" in options)

    def _parent(self, child: Table, parts: tuple[str, ...]) -> Table:
        beside = ".".join((*child.parts[:-1], *parts)) if len(parts) == 1 else ""
        return self.schema.tables.get(beside) or self.schema.table(".".join(parts))

    def _parts(self, table: Any) -> tuple[str, ...]:
        return tuple(self._name(part) for part in (table.args.get("db"), table.this) if part)

    def _name(self, node: Any) -> str:
        while not isinstance(node, self.exp.Identifier):
            node = node.this
        name = str(node.this)
        if not name.isprintable() or not name:
            raise BadSchema(f"The name {name!r} holds a control character; write what concerns it by hand.")
        # As the database folds a name that stands without quotes.
        return name.lower() if self.dialect == "postgres" and not node.args.get("quoted") else name

# SPDX-License-Identifier: Apache-2.0
"""A purge plan as SQL for people to review. Names are quoted, values are parameters, and it ends with ROLLBACK."""

from __future__ import annotations

from collections.abc import Iterator

from krama.inventory.purge import CUTOFF, Plan, Step
from krama.inventory.purge_schema import BadSchema, Link, Schema

LONGEST = 64 * 1024  # characters of one condition
QUOTES = {"postgres": '"', "sqlite": '"', "mysql": "`"}
PARAMETERS = {"postgres": ":'{}'", "sqlite": ":{}", "mysql": "@{}"}
NAMES = {"postgres": "PostgreSQL", "sqlite": "SQLite", "mysql": "MySQL"}
BEGIN = {"postgres": "BEGIN;", "sqlite": "PRAGMA foreign_keys = ON;\nBEGIN;", "mysql": "START TRANSACTION;"}
RUN = {
    "postgres": ["psql -X -v ON_ERROR_STOP=1 -v {name}=VALUE -d DATABASE -f THIS-FILE"],
    "sqlite": ["sqlite3 -bail DATABASE, and there:", "  .parameter set :{name} \"'VALUE'\"", "  .read THIS-FILE"],
    "mysql": ["mysql --init-command=\"SET @{name} = 'VALUE'\" DATABASE < THIS-FILE"],
}
CHECKLIST = (
    "The rows are meant: nothing here is under a legal hold, a complaint, an investigation or a duty to keep.",
    "Evidence of an offence against a child is kept as the law asks, before anything goes.",
    "The schema that this was made from is the one in use; it holds every table and foreign key.",
    "A backup was made and read back; it, and every other copy, expires within the period that was promised.",
    "Replicas, exports, search indexes, caches, logs, files, pictures and processors are purged too: SQL reaches none.",
    "Triggers, views, and tables without a foreign key were looked at.",
    "It was run as it is, on a copy, and the counts are those that were expected.",
    "Rows without a date are not older than any day: somebody decided about them.",
)


def quoted(name: str, dialect: str) -> str:
    """A name as that database takes it, whatever stands in it."""
    mark = QUOTES[dialect]
    return mark + name.replace(mark, mark * 2) + mark


def plan_as_sql(plan: Plan, schema: Schema, dialect: str, *, days: int | None = None, source: str = "") -> str:
    """The file. As it stands it changes nothing."""
    writer = _Writer(plan, schema, dialect)
    lines = [*writer.head(days, source), BEGIN[dialect], "", "-- First, what would be touched:"]
    for number, step in enumerate(plan.steps, 1):
        lines += [f"-- {number}. {said(_story(step, plan))}", writer.count(step)]
    lines += ["", "-- Then, the changes:"]
    for number, step in enumerate(plan.steps, 1):
        lines += [f"-- {number}. {said(_story(step, plan))}", writer.change(step)]
    lines += [
        "",
        "-- Nothing is changed so far. When both reviewers have signed: put COMMIT for ROLLBACK, run once.",
        "ROLLBACK;",
    ]
    return "\n".join(lines) + "\n"


def said(text: str) -> str:
    """A text in a comment of one line: nothing in it can end the line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _story(step: Step, plan: Plan) -> str:
    way = f" that name a row of {step.way.parent} that goes" if step.way else ""
    if step.sets:
        return f"{step.table}: rows stay{way}; {', '.join(step.sets)} emptied"
    by = ", ".join(f"{', '.join(link.columns)} → {link.parent}" for link in plan.goes[step.table])
    return f"{step.table}: rows go" + (f" (by {by})" if by else "")


class _Writer:
    def __init__(self, plan: Plan, schema: Schema, dialect: str) -> None:
        self.plan, self.schema, self.dialect = plan, schema, dialect

    def head(self, days: int | None, source: str) -> Iterator[str]:
        target, dialect = self.plan.target, self.dialect
        kind = self.schema.tables[target.table].columns[target.column]
        yield f"-- Purge plan for {NAMES[dialect]}, made by `krama inventory purge-plan`. Nobody has run it."
        yield "-- MUST BE REVIEWED, before anybody runs it, by two people, neither of whom made it:"
        yield "--   [ ] the data protection officer, or who answers for child protection: ____________ on ________"
        yield "--   [ ] the administrator of this database: ____________ on ________"
        yield "--"
        if source:
            yield f"-- Made from: {said(source)}"
        if target.parameter == CUTOFF:
            yield f"-- Meant: rows of {said(target.table)} whose {said(target.column)} is more than {days} days ago,"
            yield f"-- so that the parameter {CUTOFF} is the day of the run less {days} days, written as {said(kind)}."
        else:
            yield f"-- Meant: one person, the row of {said(target.table)} whose {said(target.column)} is the parameter."
        yield "-- How to run it:"
        for line in RUN[dialect]:
            yield f"--   {line.replace('{name}', target.parameter)}"
        yield "--"
        for line in CHECKLIST:
            yield f"--   [ ] {line}"
        if dialect == "mysql":
            yield "--   [ ] Every table is InnoDB: others have no ROLLBACK, and this file would purge them at once."
        for note in self.plan.notes:
            yield f"--   [ ] {said(note)}"
        yield ""

    def count(self, step: Step) -> str:
        name = "rows_to_empty" if step.sets else "rows_to_delete"
        return f"SELECT count(*) AS {name} FROM {self._table(step.table)} WHERE {self._rows(step)};"  # noqa: S608

    def change(self, step: Step) -> str:
        if not step.sets:
            return f"DELETE FROM {self._table(step.table)} WHERE {self._rows(step)};"  # noqa: S608
        sets = ", ".join(f"{self._quote(column)} = NULL" for column in dict.fromkeys(step.sets))
        return f"UPDATE {self._table(step.table)} SET {sets} WHERE {self._rows(step)};"  # noqa: S608

    # Every column is named with its table. A bare name that is not there would reach for an outer table's column,
    # and SQLite would take it for a text: a plan from an old schema would then delete everything, not fail.

    def _rows(self, step: Step) -> str:
        own = self.schema.tables[step.table].parts[-1]
        if step.way:
            return self._among(own, step.way, 1)
        return self._going(step.table, own, 1)

    def _going(self, name: str, alias: str, depth: int) -> str:
        """The condition for the rows of a table that go."""
        target, ways = self.plan.target, []
        if name == target.table:
            sign = "<" if target.parameter == CUTOFF else "="
            parameter = PARAMETERS[self.dialect].format(target.parameter)
            ways.append(f"{self._columns(alias, (target.column,))} {sign} {parameter}")
        ways += [self._among(alias, link, depth) for link in self.plan.goes[name]]
        condition = " OR ".join(ways)
        if len(condition) > LONGEST:
            raise BadSchema(f"Too many ways lead to {name} for one statement; make plans for parts, with --set-null.")
        return condition

    def _among(self, alias: str, link: Link, depth: int) -> str:
        inner = f"meant{depth}"
        rows = (
            f"{self._columns(inner, link.keys)} FROM {self._table(link.parent)} AS {self._quote(inner)} "
            f"WHERE {self._going(link.parent, inner, depth + 1)}"
        )
        # MySQL refuses a table that is both changed and read, unless it was read beforehand.
        chosen = f"SELECT {rows}"
        if self.dialect == "mysql":
            chosen = f"SELECT * FROM (SELECT DISTINCT {rows}) AS `read{depth}`"  # noqa: S608
        own = self._columns(alias, link.columns)
        return f"({own}) IN ({chosen})" if len(link.columns) > 1 else f"{own} IN ({chosen})"

    def _columns(self, table: str, columns: tuple[str, ...]) -> str:
        return ", ".join(f"{self._quote(table)}.{self._quote(column)}" for column in columns)

    def _table(self, name: str) -> str:
        return ".".join(map(self._quote, self.schema.tables[name].parts))

    def _quote(self, name: str) -> str:
        return quoted(name, self.dialect)

# SPDX-License-Identifier: Apache-2.0
"""What a purge would touch, in which order: rows that go with a record, and rows that only let go of it.

It knows a schema and never a database: it opens no connection, and there is nothing here that could.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from krama.inventory.purge_schema import BadSchema, Link, Schema, Table

SUBJECT, CUTOFF = "subject", "cutoff"


@dataclass(frozen=True)
class Target:
    """The records that are meant: one person's (`=`), or those older than a day (`<`)."""

    table: str
    column: str
    parameter: str  # SUBJECT or CUTOFF


@dataclass(frozen=True)
class Step:
    """One statement: rows of `table` go when `sets` is empty, else those columns of them are emptied.

    `way` is the foreign key by which the rows are found; without one they are the target's, or what `goes` finds.
    """

    table: str
    sets: tuple[str, ...] = ()
    way: Link | None = None


@dataclass
class Plan:
    """Steps in an order that no foreign key forbids, and what a person must still see to."""

    target: Target
    steps: list[Step] = field(default_factory=list)
    goes: dict[str, list[Link]] = field(default_factory=dict)  # table whose rows go: the keys by which they do
    notes: list[str] = field(default_factory=list)


def plan_of(
    schema: Schema,
    target: Target,
    *,
    found: Collection[tuple[str, str]] = (),
    keep: Collection[str] = (),
    let_go: Collection[tuple[str, str]] = (),
) -> Plan:
    """`found` are columns that say something of a child; rows of tables in `keep` stay and lose those columns;

    rows whose foreign key stands in `let_go` stay too, and only lose it.
    """
    plan = Plan(target)
    freed: list[Link] = []
    _spread(schema, plan, target.table, set(keep), set(let_go), freed)
    for link in freed:
        # A row that lets go may speak of somebody else (a child whose guardian goes): it is emptied only when asked.
        asked = link.child in keep and link.child != link.parent
        also = _emptied(schema, link.child, found, plan) if asked else ()
        left = [column for name, column in found if name == link.child and not asked]
        if left and link.child not in plan.goes:
            plan.notes.append(
                f"{link.child}: rows stay and only let go of {', '.join(link.columns)}; found in them: "
                f"{', '.join(left)}. Emptied with --keep-row {link.child}."
            )
        plan.steps.append(Step(link.child, (*link.columns, *also), link))
    for name in _in_order(plan):
        if name not in keep:
            plan.steps.append(Step(name))
        elif columns := _emptied(schema, name, found, plan):
            plan.steps.append(Step(name, columns))
        else:
            plan.notes.append(f"{name}: rows stay, and no column that was found in it can be emptied.")
    _unreached(plan, found)
    plan.notes = list(dict.fromkeys(plan.notes))
    return plan


def _spread(
    schema: Schema, plan: Plan, name: str, keep: set[str], let_go: set[tuple[str, str]], freed: list[Link]
) -> None:
    """From the target to all whose rows name one that goes."""
    plan.goes.setdefault(name, [])
    if name in keep:
        plan.notes.append(f"{name}: rows stay, and so do the rows elsewhere that name them.")
        return
    for link in [one for one in schema.links if one.parent == name]:
        table = schema.tables[link.child]
        asked = any((link.child, column) in let_go for column in link.columns)
        if asked or link.nulls or link.child == name or link.child in keep:
            freed.append(_freed(table, link))
            continue
        new = link.child not in plan.goes
        plan.goes.setdefault(link.child, []).append(link)
        if new:
            _spread(schema, plan, link.child, keep, let_go, freed)


def _freed(table: Table, link: Link) -> Link:
    if held := [column for column in link.columns if column in table.required]:
        own = "itself" if link.child == link.parent else link.parent
        raise BadSchema(
            f"{table.name}.{held[0]} names {own} and may not be empty, so that its rows cannot let go; "
            "write this part by hand."
        )
    return link


def _in_order(plan: Plan) -> list[str]:
    """Children before parents."""
    order: list[str] = []
    under_way: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        if name in under_way:
            ring = [*under_way[under_way.index(name) :], name]
            columns = [link for link in plan.goes[ring[0]] if link.parent in ring]
            hint = f"{columns[0].child}.{columns[0].columns[0]}" if columns else "TABLE.COLUMN"
            raise BadSchema(
                f"Foreign keys go round in a ring: {' → '.join(ring)}. Say which one only lets go: --set-null {hint}"
            )
        under_way.append(name)
        for child, links in plan.goes.items():
            if any(link.parent == name for link in links):
                visit(child)
        under_way.pop()
        order.append(name)

    visit(plan.target.table)
    return order


def _emptied(schema: Schema, name: str, found: Collection[tuple[str, str]], plan: Plan) -> tuple[str, ...]:
    """The columns found in a table that may be emptied. Keys and links may not: rows are found by them."""
    table = schema.tables[name]
    own = {column for link in schema.links if link.child == name for column in link.columns}
    named = {key for link in schema.links if link.parent == name for key in link.keys}
    meant = {plan.target.column} if name == plan.target.table else set()
    columns: list[str] = []
    for column in dict.fromkeys(column for place, column in found if place == name):
        if column in {*table.key, *own, *named, *meant}:
            plan.notes.append(f"{name}.{column}: is a key, or rows are found by it; see to it by hand where they stay.")
        elif column in table.required:
            plan.notes.append(f"{name}.{column}: may not be empty; decide by hand what shall stand there.")
        else:
            columns.append(column)
    return tuple(columns)


def _unreached(plan: Plan, found: Collection[tuple[str, str]]) -> None:
    reached = {step.table for step in plan.steps}
    for name in dict.fromkeys(name for name, _ in found if name not in reached):
        columns = ", ".join(column for own, column in found if own == name)
        plan.notes.append(f"{name}: no foreign key leads here, so that this plan does not touch it ({columns}).")

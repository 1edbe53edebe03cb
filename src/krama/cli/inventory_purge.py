# SPDX-License-Identifier: Apache-2.0
"""`krama inventory purge-plan`: SQL that people review. It is written, never run: no connection is opened here."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DIALECTS = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite"}


@click.command("purge-plan")
@click.argument("source", metavar="FINDINGS.json|SCHEMA.sql", type=FILE)
@click.option("--schema", "schema_file", type=FILE, help="The schema, when SOURCE holds findings of several files.")
@click.option("--dialect", type=click.Choice(list(DIALECTS)), required=True, help="Whose SQL.")
@click.option("--subject", metavar="TABLE.COLUMN", help="One person: the row whose column is the parameter `subject`.")
@click.option("--where", metavar="TABLE.COLUMN", help="Old rows: the column that holds their day; with --after.")
@click.option("--after", "days", metavar="DAYS", type=click.IntRange(min=1), help="How long rows are kept.")
@click.option("--keep-row", "keep", multiple=True, metavar="TABLE", help="Rows stay; columns that were found go empty.")
@click.option("--set-null", "let_go", multiple=True, metavar="TABLE.COLUMN", help="Rows stay and let go of this key.")
@click.option("--output", type=click.Path(path_type=Path), help="A new file; standard output without.")
def purge_plan(
    source: Path,
    schema_file: Path | None,
    dialect: str,
    subject: str | None,
    where: str | None,
    days: int | None,
    keep: tuple[str, ...],
    let_go: tuple[str, ...],
    output: Path | None,
) -> None:
    """Write a plan that removes one person, or what is too old: counts first, and ROLLBACK at its end.

    \b
    Examples:
      krama inventory purge-plan schema.sql --dialect postgresql --subject users.id --output plan.sql
      krama inventory purge-plan schema.sql --dialect sqlite --where messages.sent_at --after 365
      krama inventory purge-plan findings.json --dialect mysql --subject users.id --keep-row users
    """
    from krama.inventory.purge import CUTOFF, SUBJECT, Target, plan_of
    from krama.inventory.purge_schema import read_schema
    from krama.inventory.purge_source import columns_found, inputs
    from krama.inventory.purge_sql import plan_as_sql

    if bool(subject) == bool(where) or bool(where) != bool(days):
        raise click.UsageError("Give either --subject TABLE.COLUMN, or --where TABLE.COLUMN with --after DAYS.")
    text, findings = inputs(source, schema_file)
    schema = read_schema(text, DIALECTS[dialect])
    table, column = schema.column(subject or where or "")
    found, strangers = columns_found(schema, findings)
    plan = plan_of(
        schema,
        Target(table.name, column, SUBJECT if subject else CUTOFF),
        found=found,
        keep={schema.table(name).name for name in keep},
        let_go={(own.name, name) for own, name in map(schema.column, let_go)},
    )
    plan.notes += strangers
    sql = plan_as_sql(plan, schema, DIALECTS[dialect], days=days, source=source.name)
    if output is None:
        click.echo(sql, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(sql)
    except FileExistsError:
        raise click.UsageError(f"{output} is there already; it may be signed. Name another file.") from None
    click.echo(f"{len(plan.steps)} statements in {output}. Nothing was run; two people review it first.")

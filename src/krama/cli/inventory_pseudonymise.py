# SPDX-License-Identifier: Apache-2.0
"""`krama inventory pseudonymise`: a data set in which persons carry pseudonyms.

Prints counts and names of fields, never a value.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from krama.inventory.pseudonyms import Report

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("source", metavar="IN", type=FILE, required=False)
@click.argument("target", metavar="OUT", type=FILE, required=False)
@click.option("--rules", "rules_file", type=FILE, help="What becomes of each field (YAML).")
@click.option("--key", type=FILE, help="The key file; the same key gives the same pseudonyms, in every format.")
@click.option("--make-key", is_flag=True, help="Make the key file first; with no IN and OUT, only that.")
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl", "parquet"]), help="Else by the name's ending.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of CSV or JSON Lines without a byte order mark.")
@click.option("--delimiter", default="", help="Of CSV; a comma, or a tab in .tsv, when left out.")
@click.option("--drop-unlisted", is_flag=True, help="Leave out fields without a rule; otherwise they are an error.")
@click.option("--keep-formulas", is_flag=True, help="Leave CSV cells that begin with = + - @ as they are.")
@click.option("--force", is_flag=True, help="Replace OUT when it is there.")
@click.option("--dry-run", is_flag=True, help="Read all, report all, write nothing.")
def pseudonymise(
    source: Path | None,
    target: Path | None,
    rules_file: Path | None,
    key: Path | None,
    make_key: bool,
    format_: str | None,
    encoding: str,
    delimiter: str,
    drop_unlisted: bool,
    keep_formulas: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Write a copy of CSV, JSON Lines or Parquet in which persons carry pseudonyms.

    \b
    A pseudonym is not anonymity: who holds the key, or knows enough of a person, can tell who it is.
    Examples:
      krama inventory pseudonymise --make-key --key ~/study-key/key
      krama inventory pseudonymise users.csv out/users.csv --rules rules.yaml --key ~/study-key/key
    """
    from krama.inventory.pseudonyms_file import Manner, key_from, make_key_apart, pseudonymise
    from krama.inventory.rules_file import read_rules

    if make_key and key is None:
        raise click.UsageError("Say where the key shall lie: --key FILE.")
    if len(delimiter) > 1 and delimiter != r"\t":
        raise click.UsageError("A delimiter is one character.")
    if make_key and key:
        make_key_apart(key, *[path for path in (source, target) if path])
        click.echo(f"The key is in {key}. Keep it apart from the data; without it no pseudonym can be made again.")
    if source is None and make_key:
        return
    if source is None or target is None or rules_file is None:
        raise click.UsageError("Give IN, OUT and --rules FILE.")
    rules = read_rules(rules_file)
    manner = Manner(
        format=format_ or "",
        encoding=encoding,
        delimiter=delimiter.replace(r"\t", "\t"),
        keep_formulas=keep_formulas,
        drop_unlisted=drop_unlisted,
        force=force,
        dry_run=dry_run,
    )
    keyed = key_from(key, source, target) if key else None
    _tell(pseudonymise(source, target, rules, keyed, manner), target, dry_run=dry_run)


def _tell(report: Report, target: Path, *, dry_run: bool) -> None:
    click.echo(f"{report.rows} rows {'would be written' if dry_run else 'were written'} to {target}.")
    for what, count in sorted(report.cells.items()):
        click.echo(f"  {what}: {count} values")
    if report.dropped:
        click.echo(f"Fields without a rule, left out: {', '.join(report.dropped)}")
    if report.unused:
        click.echo(f"Rules for fields that are not in this file: {', '.join(report.unused)}")
    if report.formulas:
        click.echo(f"{report.formulas} cells looked like a formula and now begin with ' (--keep-formulas leaves them).")
    if report.blank_lines:
        click.echo(f"{report.blank_lines} empty lines were passed over.")
    for note in report.notes:
        click.echo(note)
    click.echo("This is still personal data: pseudonymous is not anonymous.")

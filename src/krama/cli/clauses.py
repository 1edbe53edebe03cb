# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines load` and `template`: official clauses at the terminal.

Checking needs no home; only a workbook needs the packages of the server, and they are imported when one is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from krama.guidelines import Catalogue, shipped
from krama.guidelines.changes import compare, counts
from krama.guidelines.clauses import read_file
from krama.guidelines.faults import BadWorkbook

NEEDS = "a workbook needs more packages: pip install 'krama[server]'"
LANGUAGES = click.Choice(["km", "en"])


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what is faulty, or what would change; needs no home.")
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
@click.pass_context
def load(ctx: click.Context, file: Path, check: bool, language: str) -> None:
    """Load clauses, from a filled workbook (.xlsx) or a catalogue (.yaml). Every answer is kept.

    \b
    Example:
      krama guidelines load clauses.xlsx --check
    """
    try:
        with _packages():
            catalogue = read_file(file.read_bytes(), file.name)
    except BadWorkbook as problem:
        for fault in problem.faults:
            place = " ".join(part for part in (fault.sheet, fault.cell) if part)
            click.echo(f"{place}: {fault.why.in_(language)}", err=True)
        ctx.exit(2)
    if check:
        _differs(shipped(), catalogue, language)
    else:
        _load(catalogue)


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sample", is_flag=True, help="Fill it with the sample clauses; they are not the official text.")
def template(out: Path, sample: bool) -> None:
    """Write the workbook that an authority fills with its clauses.

    \b
    Example:
      krama guidelines template clauses.xlsx
    """
    from krama.guidelines import clause_sheets

    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("The workbook's name ends in .xlsx.")
    if out.exists():
        raise click.UsageError(f"{out} is there already; name another file.")
    with _packages():
        out.write_bytes(clause_sheets.sample_template() if sample else clause_sheets.template())
    click.echo(f"{out} is written. When it is filled: krama guidelines load {out} --check")


def _differs(before: Catalogue, after: Catalogue, language: str) -> None:
    """What the file changes against the catalogue that came with Krama."""
    found = compare(before, after)
    click.echo(f"{after.title.in_(language)} ({after.id} {after.version})")
    for change in found:
        olds = [line.id for line in change.before if line.id != change.line.id]
        fields = ", ".join(dict.fromkeys(one.field for one in change.fields))
        click.echo(f"  {change.kind.value} {change.line.id}{' <- ' + ', '.join(olds) if olds else ''}", nl=False)
        click.echo(f" ({fields})" if fields else "")
    click.echo("; ".join(f"{kind}: {number}" for kind, number in counts(found).items()))


def _load(catalogue: Catalogue) -> None:
    with _packages("loading needs the server: pip install 'krama[server]'"):
        from krama.cli import house

        house.enter_ready()
        from krama.server.assessments.actions import clauses as actions
        from krama.server.trail.actor import TERMINAL
    done = actions.load(TERMINAL, row=actions.keep_checked(TERMINAL, catalogue=catalogue))
    click.echo(f"{catalogue.id} {catalogue.version} is in force; {done.kept} answers are kept.")
    click.echo(f"{done.look} of them need another look: see the page of the clauses.")


@contextmanager
def _packages(needs: str = NEEDS) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "krama").partition(".")[0] == "krama":
            raise
        raise click.UsageError(needs) from error

# SPDX-License-Identifier: Apache-2.0
"""`krama wording`: every Khmer text to a native reader, and their corrections back."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from krama.cli import house

MOST_FAULTS = 20


@click.group()
def wording() -> None:
    """Give the Khmer to a native reader, and take the corrections back.

    \b
    Examples:
      krama wording export khmer.xlsx
      krama wording import khmer.xlsx
    """


@wording.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every Khmer text with its English and its place to a workbook.

    \b
    Example:
      krama wording export khmer.xlsx
    """
    house.enter_ready()
    from krama.server.assessments.queries.wording import stands, workbook

    found = stands()
    file.write_bytes(workbook(found))
    waiting = sum(one.child and not one.by for one in found)
    click.echo(f"{len(found)} texts are in {file}; {waiting} that children or families read await native review.")


@wording.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--reviewer", default="", help="Who corrected, for corrected rows that name nobody.")
@click.pass_context
def import_(ctx: click.Context, file: BinaryIO, reviewer: str) -> None:
    """Check a reviewer's workbook and lay its corrections over the shipped Khmer: all of it or nothing.

    A reviewer's name on a row marks its text as read, also without a correction. A fault is named with its sheet, row
    and column; then nothing is taken and the exit status is 2. Papers and requirements use it at once, pages when
    `krama serve` is started again.

    \b
    Example:
      krama wording import khmer.xlsx --reviewer "Sok"
    """
    house.enter_ready()
    from krama.guidelines.faults import BadWorkbook
    from krama.server.assessments.actions.wording import take
    from krama.server.trail.actor import TERMINAL

    try:
        taken = take(TERMINAL, content=file.read(), reviewer=" ".join(reviewer.split()))
    except BadWorkbook as problem:
        for fault in problem.faults[:MOST_FAULTS]:
            click.echo(str(fault), err=True)
        click.echo(f"{len(problem.faults) or 'Some'} cells need a correction; nothing was taken.", err=True)
        ctx.exit(2)
    click.echo(f"{taken.read} texts are marked as read, {taken.corrected} of them corrected.")
    if taken.corrected:
        click.echo("Start krama serve again, so that pages use it too.")

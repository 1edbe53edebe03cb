# SPDX-License-Identifier: Apache-2.0
"""`krama triage`: the rules that say how urgent a case is."""

from __future__ import annotations

from pathlib import Path

import click

from krama.cli import house

RULES = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
SHOWN = 50


@click.group()
def triage() -> None:
    """The rules that say how urgent a case is."""


@triage.command()
def show() -> None:
    """Print the rules in force, to change them in a copy.

    \b
    Example:
      krama triage show > rules.yaml
    """
    house.enter_ready()
    from krama.server.cases.triage import body

    click.echo(body(), nl=False)


@triage.command()
@RULES
def check(file: Path) -> None:
    """Read a rule file, and say how it would have sorted the past month's cases. Nothing is changed.

    \b
    Example:
      krama triage check rules.yaml
    """
    from krama.triage import read_rules

    book = read_rules(_text(file), file.name)
    house.enter_ready()
    from krama.server.cases.actions.rules import try_out
    from krama.server.trail.actor import TERMINAL

    total, moves = try_out(TERMINAL, book=book)
    click.echo(f"Version {book.version}: {len(book.rules)} rules, {len(book.raises)} raises.")
    click.echo(f"Of {total} items of the past 30 days it would sort {len(moves)} otherwise.")
    for move in moves[:SHOWN]:
        before, after = move.before, move.after
        click.echo(
            f"  {move.ref}  {before.priority}, {before.lane} -> {after.priority}, {after.lane}  ({after.rules[0]})"
        )
    if len(moves) > SHOWN:
        click.echo(f"  and {len(moves) - SHOWN} more")


@triage.command()
@RULES
def load(file: Path) -> None:
    """Put a rule file in force, after `krama triage check`. One with a mistake is refused, and the last good one stays.

    \b
    Example:
      krama triage load rules.yaml
    """
    from krama.triage import read_rules

    text = _text(file)
    read_rules(text, file.name)
    house.enter_ready()
    from krama.server.cases.actions.rules import load as put_in_force
    from krama.server.trail.actor import TERMINAL

    book = put_in_force(TERMINAL, text=text)
    click.echo(f"Version {book.version} is in force: what joins a case from now on is sorted by it.")


def _text(file: Path) -> str:
    from krama.text import BadEntry
    from krama.text.entries import LARGEST

    data = file.read_bytes()
    if len(data) > LARGEST:
        raise BadEntry(f"{file.name}: is larger than 2 MB; it cannot be a rule file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadEntry(f"{file.name}: is not UTF-8 from byte {problem.start}; save it as UTF-8") from problem

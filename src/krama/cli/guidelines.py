# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines`: what a firm must do, what applies to yours, and what to do first. Needs no server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from krama.cli import clauses
from krama.cli.assess import assess
from krama.cli.pack import pack, verify
from krama.cli.profile import profile
from krama.errors import NotFound
from krama.guidelines import Catalogue, Line, Word, shipped

LANGUAGES = click.Choice(["km", "en"])


@click.group()
def guidelines() -> None:
    """Show what a firm must do, and what applies to yours.

    \b
    Examples:
      krama guidelines list --sector isp
      krama guidelines show a1.responsible-person --lang km
      krama guidelines profile --lang km
      krama guidelines verify proof-pack-1.zip
    """


guidelines.add_command(clauses.load)
guidelines.add_command(clauses.template)


@guidelines.command("list")
@click.option("--sector", help="Only what can apply in one sector: sm, isp, mno, host, cont or dev.")
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with both languages.")
def list_(sector: str | None, language: str, as_json: bool) -> None:
    """List the lines of the catalogue.

    \b
    Example:
      krama guidelines list --sector mno --lang km
    """
    catalogue = shipped()
    if sector is not None and sector not in [known.id for known in catalogue.words.sectors]:
        raise click.UsageError(f"There is no sector {sector!r}; use one of {_ids(catalogue.words.sectors)}.")
    for line in catalogue.lines:
        if sector in (None, *line.sectors):
            click.echo(
                json.dumps(_plain(catalogue, line), ensure_ascii=False)
                if as_json
                else f"{line.id}: {line.text.in_(language)}"
            )


@guidelines.command()
@click.argument("id")
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
def show(id: str, language: str) -> None:
    """Show one line: why it matters to a child, what good looks like, who does it, what counts as proof.

    \b
    Example:
      krama guidelines show fc.match-uploads
    """
    catalogue = shipped()
    line = catalogue.line(id)
    if line is None:
        raise NotFound(f"There is no line {id!r}; `krama guidelines list` shows them all.")
    for text in (line.text, line.why, line.good):
        click.echo(text.in_(language))
    click.echo()
    words = catalogue.words
    for group, name in (("pillars", line.pillar), ("harms", line.harm), ("efforts", line.effort), ("whos", line.who)):
        click.echo(f"  {words.text(group, name).in_(language)}")
    for name in line.proof:
        click.echo(f"  {words.text('proof_kinds', catalogue.proof(name).kind).in_(language)}: ", nl=False)
        click.echo(catalogue.proof(name).text.in_(language))
    for name in line.references:
        reference = catalogue.reference(name)
        click.echo(f"  {name} ({reference.standing}): {reference.text.in_(language)}")
    click.echo(f"  {line.source} ({words.text('standings', line.standing).in_(language)})")


def _plain(catalogue: Catalogue, line: Line) -> dict[str, Any]:
    both = {name: vars(getattr(line, name)) for name in ("text", "why", "good")}
    proof = [{"id": name, "kind": catalogue.proof(name).kind} for name in line.proof]
    return {**vars(line), **both, "proof": proof, "catalogue": catalogue.id, "version": catalogue.version}


def _ids(words: Iterable[Word]) -> str:
    return ", ".join(word.id for word in words)


guidelines.add_command(profile)
guidelines.add_command(assess)
guidelines.add_command(pack)
guidelines.add_command(verify)

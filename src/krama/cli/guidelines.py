# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines`: what a firm must do, what applies to yours, and what to do first. Needs no server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from krama.errors import NotFound
from krama.guidelines import (
    Catalogue,
    Line,
    Profile,
    Ruling,
    Word,
    applicable,
    first_things,
    gaps,
    next_step,
    rulings,
    shipped,
)

LANGUAGES = click.Choice(["km", "en"])


@click.group()
def guidelines() -> None:
    """Show what a firm must do, and what applies to yours.

    \b
    Examples:
      krama guidelines list --sector isp
      krama guidelines show a1.responsible-person --lang km
      krama guidelines profile
    """


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


@guidelines.command()
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
def profile(language: str) -> None:
    """Answer at most six questions; see what applies, why, and what to do first.

    \b
    Example:
      krama guidelines profile
    """
    catalogue = shipped()
    words = catalogue.words
    sectors = _ask("1. Which sectors do you work in?", words.sectors, language)
    usual = {feature for sector in words.sectors if sector.id in sectors for feature in sector.features}
    features = _ask("2. What do your services have?", words.features, language, default=usual)
    users = _ask("3. Who uses them? Children often do, whatever the terms say.", words.users, language, default=None)
    (size,) = _ask("4. How many people work in the firm?", words.sizes, language, one=True)
    languages = _ask("5. In which languages do you serve?", words.languages, language, default={"km"})
    firm = Profile(frozenset(sectors), frozenset(features), frozenset(users), size, frozenset(languages))
    if click.confirm("6. Show every line with its reason?", default=False):
        _reasons(catalogue, rulings(catalogue, firm), language)
    _first(catalogue, firm, language)


def _ask(
    question: str, words: tuple[Word, ...], language: str, default: Iterable[str] | None = None, one: bool = False
) -> list[str]:
    """The ids chosen by number; asked again until the answer can be read."""
    click.echo(f"\n{question}")
    for number, word in enumerate(words, start=1):
        click.echo(f"  {number}  {word.text.in_(language)}")
    numbers = [str(number) for number, word in enumerate(words, start=1) if default and word.id in default]

    def chosen(given: str) -> list[str]:
        parts = given.replace(",", " ").split()
        if not parts or (one and len(parts) > 1):
            raise click.BadParameter("give one number" if one else "give at least one number")
        if any(not part.isdecimal() or not 1 <= int(part) <= len(words) for part in parts):
            raise click.BadParameter(f"give numbers from 1 to {len(words)}")
        return [words[int(part) - 1].id for part in dict.fromkeys(parts)]

    prompt = "Number" if one else "Numbers, with spaces between"
    answer = click.prompt(prompt, default=" ".join(numbers) or None, value_proc=chosen)
    return answer if isinstance(answer, list) else chosen(answer)


def _reasons(catalogue: Catalogue, found: Iterable[Ruling], language: str) -> None:
    for ruling in found:
        sign = "+" if ruling.applies else "-"
        click.echo(f"{sign} {ruling.line.id}: {ruling.line.text.in_(language)}")
        for reason in ruling.reasons:
            click.echo(f"    {reason.said(catalogue, language)}")


def _first(catalogue: Catalogue, firm: Profile, language: str) -> None:
    found = gaps(catalogue, firm, {})
    click.echo(f"\n{len(applicable(catalogue, firm))} of {len(catalogue.lines)} lines apply. First three things:")
    for gap in first_things(catalogue, found):
        effort = catalogue.words.text("efforts", gap.line.effort).in_(language)
        click.echo(f"  {gap.line.text.in_(language)} ({effort}; {gap.line.id})")
    for sector in catalogue.words.sectors:
        step = next_step(catalogue, found, sector.id) if sector.id in firm.sectors else None
        if step is not None:
            click.echo(f"{sector.text.in_(language)}: {step.line.text.in_(language)} ({step.line.id})")


def _plain(catalogue: Catalogue, line: Line) -> dict[str, Any]:
    both = {name: vars(getattr(line, name)) for name in ("text", "why", "good")}
    proof = [{"id": name, "kind": catalogue.proof(name).kind} for name in line.proof]
    return {**vars(line), **both, "proof": proof, "catalogue": catalogue.id, "version": catalogue.version}


def _ids(words: Iterable[Word]) -> str:
    return ", ".join(word.id for word in words)

# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines assess`: where the firm stands, and its answers out into a workbook and back. Needs a home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from krama.text import Text

if TYPE_CHECKING:
    from krama.server.accounts.models import User

LANGUAGES = click.Choice(["km", "en"])
PILLAR = Text("{met} of {applies} met, {answered} answered", "សម្រេចបាន {met} ក្នុង {applies} ឆ្លើយហើយ {answered}")
ASIDE = Text("{aside} set aside", "ទុកមួយឡែក {aside}")
FIRST = Text("First three things:", "រឿងបីដែលត្រូវធ្វើមុនគេ៖")
GAPS = Text("What is missing, the worst for a child first:", "អ្វីដែលនៅខ្វះ ដោយរាប់ពីអាក្រក់បំផុតចំពោះកុមារ៖")
TAKEN = Text(
    "{taken} answers were taken, {unchanged} were unchanged, {beside} were kept beside what others wrote meanwhile.",
    "បានទទួលចម្លើយ {taken} មិនផ្លាស់ប្តូរ {unchanged} ហើយរក្សាទុក {beside} ក្បែរអ្វីដែលអ្នកដទៃបានសរសេរក្នុងពេលនោះ។",
)
FAULTY = Text("Nothing was taken:", "មិនបានទទួលអ្វីទេ៖")


def enter() -> None:
    """Open the home; `krama guidelines` itself comes without the server, so its absence is said here."""
    from krama.cli import NEEDS_SERVER, Stopped

    try:
        from krama.cli import house

        house.enter_ready()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "krama":
            raise
        raise Stopped(NEEDS_SERVER) from error


@click.command()
@click.option("--export", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write a workbook (.xlsx).")
@click.option(
    "--import", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take a workbook back."
)
@click.option("--as", "username", help="Whose answers a workbook holds: a user name.")
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with both languages.")
@click.pass_context
def assess(
    ctx: click.Context, target: Path | None, source: Path | None, username: str | None, language: str, as_json: bool
) -> None:
    """Say where the firm stands; or give the answers out as a workbook, and take them back.

    \b
    Examples:
      krama guidelines assess --lang km
      krama guidelines assess --export answers.xlsx
      krama guidelines assess --import answers.xlsx --as dara
    """
    if source and target:
        raise click.UsageError("Export or import, one at a time.")
    if source and not username:
        raise click.UsageError("Say whose answers these are: --as USERNAME.")
    enter()
    person = _person(username) if username else None
    if source and person:
        ctx.exit(_import(person, source, language))
    elif target:
        _export(person, target)
    else:
        standing = _standing()
        click.echo(json.dumps(standing, ensure_ascii=False) if as_json else "\n".join(_told(standing, language)))


def _person(username: str) -> User:
    from krama.errors import NotFound
    from krama.server.accounts.models import User

    person = User.objects.filter(username=username.lower(), is_active=True).first()
    if person is None:
        raise NotFound(f"Nobody who works here has the user name {username!r}.")
    return person


def _import(person: User, source: Path, language: str) -> int:
    """The exit status: 0 when the workbook was taken, 2 when something in it is wrong."""
    from krama.guidelines.workbook import BadWorkbook
    from krama.server.assessments.actions.answers_book import import_answers

    try:
        taken = import_answers(person, content=source.read_bytes())
    except BadWorkbook as problem:
        click.echo(FAULTY.in_(language), err=True)
        for fault in problem.faults:
            click.echo(f"  {fault.sheet} {fault.cell}: {fault.why.in_(language)}", err=True)
        return 2
    counts = {"taken": taken.taken, "unchanged": taken.unchanged, "beside": len(taken.beside)}
    click.echo(TAKEN.in_(language).format(**counts))
    for line_id in taken.beside:
        click.echo(f"  {line_id}")
    return 0


def _export(person: User | None, target: Path) -> None:
    from krama.server.assessments.actions.answers_book import export_answers
    from krama.server.trail.actor import TERMINAL

    content = export_answers(person or TERMINAL)
    target.write_bytes(content)
    click.echo(f"{target}: {len(content):,} bytes")


def _standing() -> dict[str, Any]:
    """Pillars, first three things and gaps as plain values, in both languages."""
    from krama.errors import Conflict
    from krama.guidelines import first_things
    from krama.server.assessments.queries import board
    from krama.server.assessments.queries.catalogue import catalogue, firm

    row = firm()
    if row is None:
        raise Conflict("The firm has no profile yet; say in the console, under Guidelines, what your firm is.")
    held, found = catalogue(), board.found_gaps()
    counted = {one.id: one for one in board.pillars("en")}
    kept = ("applies", "answered", "met", "aside")
    return {
        "firm": {"en": row.firm_en, "km": row.firm_km},
        "catalogue": {"id": held.id, "version": held.version},
        "pillars": [
            {"id": word.id, **_both(word.text), **{name: getattr(counted[word.id], name) for name in kept}}
            for word in held.words.pillars
        ],
        "first": [{"id": gap.line.id, **_both(gap.line.text)} for gap in first_things(held, found)],
        "gaps": [{"id": gap.line.id, "level": gap.level, **_both(gap.line.text)} for gap in found],
    }


def _told(standing: dict[str, Any], language: str) -> list[str]:
    lines = [standing["firm"][language]]
    colon, comma = ("៖", "") if language == "km" else (":", ",")
    for pillar in standing["pillars"]:
        aside = f"{comma} {ASIDE.in_(language).format(**pillar)}" if pillar["aside"] else ""
        lines.append(f"  {pillar[language]}{colon} {PILLAR.in_(language).format(**pillar)}{aside}")
    lines += ["", FIRST.in_(language), *(f"  {step[language]} ({step['id']})" for step in standing["first"])]
    lines += ["", GAPS.in_(language)]
    shown = (("–" if gap["level"] is None else gap["level"], gap) for gap in standing["gaps"])
    return lines + [f"  {level}  {gap[language]} ({gap['id']})" for level, gap in shown]


def _both(text: Text) -> dict[str, str]:
    return {language: text.in_(language) for language in ("en", "km")}

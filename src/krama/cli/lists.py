# SPDX-License-Identifier: Apache-2.0
"""`krama lists`: whose lists, on what basis, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from krama.cli import house

if TYPE_CHECKING:
    from krama.server.lists.models import List


TYPES = click.Choice(["md5", "sha1", "sha256", "pdq", "url"])


@click.group()
def lists() -> None:
    """Import, export, show and publish lists."""


@lists.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--list", "name", required=True, help="The list's name; a new one also needs --owner and --basis.")
@click.option("--owner", help="Who keeps the list.")
@click.option("--basis", help="The legal basis on which you hold it.")
@click.option("--category", help="What it is of; child protection only (child-abuse-material when left out).")
@click.option("--action", type=click.Choice(["block", "review", "observe"]), help="What happens on a match.")
@click.option("--radius", type=click.IntRange(0, 64), help="PDQ radius in bits (31 when left out).")
@click.option("--label", "labels", multiple=True, help="A label of the whole list.")
@click.option("--type", "kind", type=TYPES, help="What each line is, in a file without header that does not say it.")
@click.pass_context
def import_(
    ctx: click.Context,
    file: BinaryIO,
    name: str,
    owner: str | None,
    basis: str | None,
    category: str | None,
    action: str | None,
    radius: int | None,
    labels: tuple[str, ...],
    kind: str | None,
) -> None:
    """Read a file into a list. Bad lines are named and the good ones kept; then the exit status is 2.

    A file is CSV with a header line, or what ThreatExchange's tools and HMA write: `tx dataset -P`, with or without
    --csv, `local_file`, `simple.….te` and the PDQ tools' text (these two with --type).

    \b
    Example:
      krama lists import known.csv --list "Hotline" --owner "APLE" --basis "Agreement of 3 May 2026"
      krama lists import simple.HASH_PDQ.te --type pdq --list "Hotline"
    """
    house.enter_ready()
    from krama.server.lists import actions
    from krama.server.trail.actor import TERMINAL
    from krama.signals import SignalType, parse_category, read_signals

    of = parse_category(category).value if category is not None else None
    outcome = read_signals(file, SignalType(kind) if kind else None)
    changes: dict[str, object] = {
        "owner": owner,
        "legal_basis": basis,
        "category": of,
        "action": action,
        "radius": radius,
    }
    changes["labels"] = list(labels) or None
    row = _list(name, {field: value for field, value in changes.items() if value is not None})
    count = actions.import_signals(TERMINAL, row=row, signals=outcome.signals)
    for bad in outcome.bad:
        click.echo(f"line {bad.number}: {bad.reason}", err=True)
    click.echo(f"{count} signals are in {name!r}; {len(outcome.bad)} lines were not taken. Next: krama lists publish")
    ctx.exit(2 if outcome.bad else 0)


def _list(name: str, changes: dict[str, object]) -> List:
    """The list of that name, changed as asked; a new one when there is none."""
    from krama.server.lists import actions
    from krama.server.lists.models import List
    from krama.server.trail.actor import TERMINAL

    row = List.objects.filter(name=name).first()
    if row is None and not {"owner", "legal_basis"} <= changes.keys():
        raise click.UsageError(f"There is no list {name!r} yet; to make it, say --owner and --basis.")
    if row is None or changes:
        row = row or List(name=name)
        for field, value in changes.items():
            setattr(row, field, value)
        actions.save_list(TERMINAL, row=row)
    return row


@lists.command()
@click.argument("file", type=click.File("rb"))
@click.option("--list", "name", required=True, help="The list from which they are withdrawn.")
@click.option("--type", "kind", type=TYPES, help="What each line is, in a file without header that does not say it.")
@click.pass_context
def withdraw(ctx: click.Context, file: BinaryIO, name: str, kind: str | None) -> None:
    """Withdraw the signals of a file from a list. They stay in its history, and match no more once published.

    \b
    Example:
      krama lists withdraw mistaken.csv --list "Hotline" && krama lists publish
    """
    house.enter_ready()
    from krama.server.lists import actions, queries
    from krama.server.trail.actor import TERMINAL
    from krama.signals import SignalType, read_signals

    row = queries.by_name(name)
    outcome = read_signals(file, SignalType(kind) if kind else None)
    count = actions.withdraw_signals(TERMINAL, row=row, signals=outcome.signals)
    for bad in outcome.bad:
        click.echo(f"line {bad.number}: {bad.reason}", err=True)
    missing = len(outcome.signals) - count
    click.echo(f"{count} signals of {name!r} are withdrawn; {missing} were not on it. Next: krama lists publish")
    ctx.exit(2 if outcome.bad else 0)


@lists.command()
@click.argument("name")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; standard output without.")
def export(name: str, output: TextIO) -> None:
    """Write a list as CSV; that it left is an entry in the trail.

    \b
    Example:
      krama lists export "Hotline" --output hotline.csv
    """
    house.enter_ready()
    from krama.server.lists import actions, queries
    from krama.server.trail.actor import TERMINAL
    from krama.signals import write_csv

    row = queries.by_name(name)
    live = (signal for signal in queries.signals_of(row) if signal.withdrawn is None)
    write_csv(actions.note_export(TERMINAL, row=row, signals=live), output)


@lists.command()
def show() -> None:
    """Show every list: owner, basis, what happens on a match, how many signals.

    \b
    Example:
      krama lists show
    """
    house.enter_ready()
    from krama.server.lists import queries

    for row in queries.lists():
        live = getattr(row, "live", 0)  # annotated by the query
        click.echo(f"{row.name}: {live} signals, {row.category}, {row.action}, radius {row.radius}, {row.state}")
        click.echo(f"  owner: {row.owner}; basis: {row.legal_basis}")
    latest = queries.latest_publication()
    click.echo(
        f"Published: version {latest.version}, {latest.at:%Y-%m-%d %H:%M} UTC" if latest else "Nothing published yet."
    )


@lists.command()
@click.option("--whole", is_flag=True, help="Everything anew; without it, of large lists only what changed.")
def publish(whole: bool) -> None:
    """Give the active lists to the scanners; running ones pick them up by themselves.

    \b
    Example:
      krama lists publish
    """
    house.enter_ready()
    from krama.server.lists import actions
    from krama.server.trail.actor import TERMINAL

    publication = actions.publish(TERMINAL, whole=whole)
    counts = ", ".join(f"{name} ({count} signals)" for name, count in sorted(publication.counts.items()))
    click.echo(f"Published version {publication.version}: {counts or 'no list is active'}.")

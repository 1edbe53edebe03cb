# SPDX-License-Identifier: Apache-2.0
"""`krama check`: is this home fit to run, and what is not sealed yet?"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from krama.cli import house
from krama.server.site.home import KEY_NAMES, Home


@dataclass(frozen=True)
class Answer:
    """`state`: ok, note (known and said), or bad (do something)."""

    state: str
    sentence: str


@click.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether this home is fit to run; exit status 1 when something needs doing.

    \b
    Example:
      krama check
    """
    home = house.enter()
    answers = list(ask(home))
    for answer in answers:
        click.echo(f"{answer.state:4}  {answer.sentence}")
    ctx.exit(1 if any(answer.state == "bad" for answer in answers) else 0)


def ask(home: Home) -> Iterator[Answer]:
    """Every question, in the order in which a fault would matter."""
    questions: tuple[Callable[[Home], Iterator[Answer]], ...] = (_keys, _database, _tables, _search, _lists, _sealed)
    for question in questions:
        yield from question(home)


def _keys(home: Home) -> Iterator[Answer]:
    for name in KEY_NAMES:
        home.key(name)
    loose = [path.name for path in home.keys.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        yield Answer("bad", f"Others can read the key files {', '.join(sorted(loose))}: chmod 600 {home.keys}/*")
    elif home.keys.is_relative_to(home.folder):
        yield Answer("bad", f"The keys lie inside the data. Move {home.keys} elsewhere and set KRAMA_KEYS.")
    else:
        yield Answer("ok", f"The keys lie apart from the data, in {home.keys}.")


def _database(home: Home) -> Iterator[Answer]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW synchronous_commit")
            fits = cursor.fetchone()[0] in ("on", "remote_apply", "remote_write")
            yield Answer(
                "ok" if fits else "bad", "PostgreSQL, synchronous_commit is " + ("on." if fits else "off: set it on.")
            )
        else:
            cursor.execute("PRAGMA synchronous")
            fits = cursor.fetchone()[0] >= 2
            yield Answer("ok" if fits else "bad", "SQLite, synchronous is " + ("FULL." if fits else "below FULL."))


def _tables(home: Home) -> Iterator[Answer]:
    waiting = house.migrations_waiting()
    if waiting:
        yield Answer("bad", f"{waiting} changes of the tables are waiting: run `krama init`, it keeps your data.")
    else:
        yield Answer("ok", "The tables are those of this version.")


def _search(home: Home) -> Iterator[Answer]:
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        ctype = cursor.fetchone()[0]
    if ctype in ("C", "POSIX"):
        yield Answer("bad", f"The database's LC_CTYPE is {ctype}: Khmer cannot be searched. Make it with C.UTF-8.")


def _lists(home: Home) -> Iterator[Answer]:
    from krama.errors import BadSnapshot
    from krama.signals import current_version, open_snapshot

    version = current_version(home.snapshots)
    if version is None:
        yield Answer("note", "No list is published yet: the scanner knows nothing. See `krama lists import --help`.")
        return
    try:
        open_snapshot(home.snapshots)
        yield Answer("ok", f"Snapshot {version} is whole.")
    except BadSnapshot as problem:
        yield Answer("bad", f"{problem.detail} Run `krama lists publish`.")


def _sealed(home: Home) -> Iterator[Answer]:
    kind = home.provider.kind
    if kind == "file":
        said = "Whoever takes the whole machine takes the keys too; `krama keys protect --by passphrase` ends that."
        yield Answer("note", said)
    else:
        yield Answer("ok", f"The keys open by {kind} only: a stolen machine tells nothing.")
    where = "one database file" if home.database == "sqlite" else "one process"
    yield Answer("note", f"Not sealed at the door: {where} takes in and reads. See docs/security.")
    if home.is_demo:
        yield Answer("note", "This is a demo home: invented data, this machine only.")

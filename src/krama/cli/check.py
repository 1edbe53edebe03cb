# SPDX-License-Identifier: Apache-2.0
"""`krama check`: is this home fit to run, and what is not sealed yet?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from krama.cli import fitness, house
from krama.errors import BadHome
from krama.server.site.faces import apart_of
from krama.server.site.home import KEY_NAMES, Home
from krama.server.site.protection import door_of, keys_lie_here


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
    questions: tuple[Callable[[Home], Iterator[Answer]], ...] = (
        _keys,
        _database,
        _tables,
        _search,
        _lists,
        _sealed,
        _second,
        _care,
        _callout,
    )
    for question in questions:
        yield from question(home)


def _keys(home: Home) -> Iterator[Answer]:
    for name in KEY_NAMES:
        home.key(name)
    found = [*fitness.open_keys(home), *fitness.near_keys(home)]
    yield from (Answer("bad", sentence) for sentence in found)
    if not found:
        yield Answer("ok", f"The keys lie apart from the data, in {home.keys}.")
    # A demo home runs on invented data: what would stop a real one is only said.
    state = "note" if home.is_demo else "bad"
    weak = [*fitness.weak_secrets(home), *fitness.debug(home), *fitness.address(home), *fitness.demo_people(home)]
    yield from (Answer(state, sentence) for sentence in weak)


def _database(home: Home) -> Iterator[Answer]:
    from django.db import connection

    if found := list(fitness.lossy_database(home)):
        yield from (Answer("bad", sentence) for sentence in found)
    elif connection.vendor == "postgresql":
        yield Answer("ok", "PostgreSQL, synchronous_commit is on.")
    else:
        yield Answer("ok", "SQLite, synchronous is FULL.")


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
    if keys_lie_here(home):
        said = "Whoever takes the whole machine takes the keys too; `krama keys protect --by passphrase` ends that."
        yield Answer("note", said)
    else:
        yield Answer("ok", f"The keys open by {home.provider.kind} only: a stolen machine tells nothing.")
    yield from _door(home)
    if home.is_demo:
        yield Answer("note", "This is a demo home: invented data, this machine only.")


def _second(home: Home) -> Iterator[Answer]:
    if house.migrations_waiting():
        return
    from django.conf import settings

    from krama.server.accounts.queries import without_second_factor

    if home.is_demo:
        yield Answer(
            "note", "A click stands for the second factor of this demo's people; in a real home it never does."
        )
        return
    count = without_second_factor().count()
    trusted = settings.KRAMA_OIDC is not None and settings.KRAMA_OIDC.second
    said = "must set up a second factor at their next sign-in; until then their password opens nothing"
    if count == 0:
        yield Answer("ok", "Everybody who may open identities has a second factor.")
    elif trusted:
        yield Answer("note", f"{count} who may open identities rely on the provider's second factor, or {said}.")
    else:
        yield Answer("note", f"{count} who may open identities {said}.")


def _care(home: Home) -> Iterator[Answer]:
    """Whom may those who review talk to?"""
    if house.migrations_waiting():
        return
    from django.utils import timezone

    from krama.server.wellbeing.queries import care, is_fresh

    row = care()
    if not (row.counsellor and row.contact):
        yield Answer("note", "No counsellor is named for those who review. See docs/how-to/wellbeing.md.")
    elif not is_fresh(row, timezone.localdate()):
        yield Answer("note", "Nobody called the counsellor of those who review for long. See docs/how-to/wellbeing.md.")
    else:
        yield Answer("ok", "A counsellor for those who review is named, and was called in time.")


def _callout(home: Home) -> Iterator[Answer]:
    """Can the emergency lane wake anybody?"""
    if house.migrations_waiting():
        return
    from krama.server.callout import queries
    from krama.server.callout.channels import telegram

    if not queries.has_tree():
        said = "Nobody is woken when a child is in danger: make a call tree (docs/how-to/emergency-lane.md)."
        yield Answer("note", said)
        return
    missing = [channel.value for channel in queries.not_set()]
    for name in missing:
        yield Answer("bad", f"Somebody is to be woken by {name}, and that channel is not configured here.")
    if not queries.lead_is_reached():
        yield Answer("note", "No lead is in the call tree: after the hard stop only its first step is called.")
    try:
        token = telegram.token() if telegram.is_set() else ""
    except BadHome as problem:
        token = ""
        yield Answer("bad", problem.detail)
    if not missing:
        also = ", and the Telegram bot has its token" if token else ""
        yield Answer("ok", f"An emergency wakes people by channels that are configured{also}.")


def _door(home: Home) -> Iterator[Answer]:
    """Is what comes in closed to the process that takes it in?"""
    made, where = apart_of(home), door_of(home)
    if made is None:
        said = f"Not sealed at the door: {where} takes in and reads. See docs/how-to/run-the-faces-apart.md."
        yield Answer("note", said)
        return
    from krama.server.site.role import anybody_may_be, exists, surplus

    if not exists(made.role):
        yield Answer("bad", f"The public face's role {made.role} is gone: run `krama faces apart` again.")
    elif more := surplus(made.role):
        said = f"The role {made.role} may more than it should ({', '.join(more)})"
        yield Answer("bad", f"{said}: take that away from it, or from everybody, and run `krama faces apart`.")
    elif made.door < home.ring("door").current():
        yield Answer("bad", "The public face seals to an older key: run `krama faces apart` again.")
    elif anybody_may_be(made.role, os.environ.get("KRAMA_DATABASE_URL", "")):
        said = "PostgreSQL takes a wrong password (trust): whoever reaches it can be any role"
        yield Answer("note", f"Not sealed at the door: {said}. Ask for scram-sha-256 or peer in pg_hba.conf.")
    else:
        yield Answer("ok", f"Sealed at the door: the public face runs apart, as {made.role}, with public keys alone.")

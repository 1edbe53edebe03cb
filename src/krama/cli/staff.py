# SPDX-License-Identifier: Apache-2.0
"""`krama staff`: people who work here."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def staff() -> None:
    """Add a member of staff; set a password; reset a second factor."""


@staff.command()
@click.argument("username")
@click.option("--role", required=True, help="reviewer, lead, officer, auditor or administrator.")
@click.option("--name", default="", help="Full name; the user name when left out.")
def add(username: str, role: str, name: str) -> None:
    """Add a member of staff; the random password is printed this once.

    \b
    Example:
      krama staff add maly --role reviewer --name "Maly"
    """
    house.enter_ready()
    from krama.server.accounts import actions
    from krama.server.trail.actor import TERMINAL

    password = actions.random_password()
    actions.add_staff(TERMINAL, username=username, name=name, role=role, password=password)
    click.echo(f"{username} may sign in as {role}.")
    click.echo(f"Password, shown only now: {password}")


@staff.command()
@click.argument("username")
def password(username: str) -> None:
    """Set a new random password, printed this once; that person's sessions end.

    \b
    Example:
      krama staff password maly
    """
    house.enter_ready()
    from krama.server.accounts import actions
    from krama.server.trail.actor import TERMINAL

    new = actions.random_password()
    actions.set_password(TERMINAL, username=username, password=new)
    click.echo(f"Password of {username}, shown only now: {new}")


@staff.command("second-factor")
@click.argument("username")
def second_factor(username: str) -> None:
    """Take away a person's second factors (a lost phone); their sessions end, and they set up a new one.

    \b
    Example:
      krama staff second-factor maly
    """
    house.enter_ready()
    from krama.server.accounts import queries, security
    from krama.server.trail.actor import TERMINAL

    count = security.reset_second_factor(TERMINAL, person=queries.person_called(username))
    click.echo(f"{username} has no second factor any more ({count} taken away) and is signed out everywhere.")


@staff.command()
@click.argument("username")
@click.option("--name", default="", help="What the provider calls this person; left out: no way in by the provider.")
def provider(username: str, name: str) -> None:
    """Say how the firm's sign-in provider (OpenID Connect) calls a person; their sessions end.

    \b
    Example:
      krama staff provider maly --name maly@firm.example
    """
    house.enter_ready()
    from krama.server.accounts import actions, queries
    from krama.server.trail.actor import TERMINAL

    actions.name_at_provider(TERMINAL, person=queries.person_called(username), provider_name=name)
    click.echo(f"{username} comes in by the provider as {name}." if name else f"{username} has no way in by it.")

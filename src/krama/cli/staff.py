# SPDX-License-Identifier: Apache-2.0
"""`krama staff`: people who work here."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def staff() -> None:
    """Add a member of staff; set a password."""


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

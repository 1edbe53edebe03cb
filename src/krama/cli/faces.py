# SPDX-License-Identifier: Apache-2.0
"""`krama faces`: the public face under its own user and its own database role, or all in one process again."""

from __future__ import annotations

import os
from pathlib import Path

import click

from krama.cli import house


@click.group()
def faces() -> None:
    """Set the public face apart from the console, or put them together again."""


@faces.command()
@click.option("--role", default="krama_public", show_default=True, help="Its database role, made if it is missing.")
@click.option(
    "--keys",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Its own folder, outside the home and the home's keys.",
)
@click.option("--user", default="", help="The user it runs as, who is given the folder; needs root.")
def apart(role: str, folder: Path, user: str) -> None:
    """Make the public face's folder and database role. Run it again after `krama keys rotate`; it mends what differs.

    \b
    Example:
      krama faces apart --keys /srv/krama-public --user krama-public
    """
    home = house.enter_ready()
    from krama.server.site.apart import set_apart
    from krama.server.site.grants import GRANTS
    from krama.server.trail.actor import TERMINAL

    database = os.environ.get("KRAMA_DATABASE_URL", "")
    made = set_apart(TERMINAL, home, role=role, folder=folder.resolve(), database=database, user=user)
    may = ", ".join(grant.said() for grant in GRANTS)
    click.echo(f"The database role {made.role} may {may}, and nothing else.")
    click.echo(f"In {made.keys}: its own secret, its own database password, public keys of the door up to {made.door}.")
    if not user:
        click.echo("Give this folder to the user it runs as: chown -R USER " + made.keys)
    click.echo("Its users never see the home or its keys. Start each under its own user:")
    click.echo(f"  KRAMA_KEYS={made.keys} krama serve --face public --port 8001")
    click.echo("  krama serve --face console")
    click.echo("  krama serve --face api --port 8002")


@faces.command()
def together() -> None:
    """Take the public face's role away: one process serves all faces again. Stop the public face first.

    \b
    Example:
      krama faces together
    """
    home = house.enter_ready()
    from krama.server.site.apart import put_together
    from krama.server.trail.actor import TERMINAL

    put_together(TERMINAL, home)
    click.echo("One process serves all faces again. The public face's folder can be removed.")

# SPDX-License-Identifier: Apache-2.0
"""`krama init`: make a home. Run again it brings the tables up to date and keeps everything."""

from __future__ import annotations

import os

import click

from krama.cli import house
from krama.server.site.home import Home, home_folder, make_home


@click.command()
@click.option("--demo", is_flag=True, help="Invented people and lists, on this machine only.")
@click.option("--administrator", default="admin", show_default=True, help="User name of the first administrator.")
def init(demo: bool, administrator: str) -> None:
    """Make a home in $KRAMA_HOME (or ./krama-data).

    \b
    Examples:
      krama init --demo
      KRAMA_HOME=/srv/krama KRAMA_URL=https://krama.example.org krama init
    """
    folder = home_folder()
    make_home(folder, demo=demo, url=os.environ.get("KRAMA_URL", ""))
    home = house.enter()
    house.publish_door()
    house.bring_up_to_date()
    house.adopt_trail()
    house.sign_the_database(home)
    click.echo(f"Home: {home.folder} ({home.kind}), keys apart in {home.keys}")
    fill_demo(home) if home.is_demo else first_administrator(administrator)
    click.echo("What names a child, a reporter or a suspect is sealed; the keys open by themselves on this machine.")
    click.echo("Against the theft of the whole machine: krama keys protect --by passphrase")
    click.echo("Next: krama serve")


def first_administrator(username: str) -> None:
    """Only where there is nobody yet; the password is printed this once."""
    from krama.server.accounts import actions
    from krama.server.accounts.models import Role, User
    from krama.server.trail.actor import TERMINAL

    if User.objects.exists():
        return
    password = actions.random_password()
    actions.add_staff(TERMINAL, username=username, name=username, role=Role.ADMINISTRATOR, password=password)
    click.echo(f"First administrator: {username}")
    click.echo(f"Password, shown only now: {password}")


def fill_demo(home: Home) -> None:
    """The invented people, a list of generated pictures, and the demo app's key; whatever is missing."""
    from krama.cli.demo import fill

    fill(home)
    click.echo("This is a demo home: invented data, this machine only. It cannot be turned into a real one.")

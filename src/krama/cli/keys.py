# SPDX-License-Identifier: Apache-2.0
"""`krama keys`: keys for machines."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def keys() -> None:
    """Keys for machines."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="scan, cases:read, cases:decide, measures:confirm."
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Add a key; its secret is printed this once.

    \b
    Example:
      krama keys add "Our app" --scope scan --scope measures:confirm
    """
    house.enter_ready()
    from krama.server.accounts import actions
    from krama.server.trail.actor import TERMINAL

    _key, secret = actions.add_key(TERMINAL, name=name, scopes=list(scopes))
    click.echo("The key, shown only now; it is sent as `Authorization: Bearer KEY`:", err=True)
    click.echo(secret)

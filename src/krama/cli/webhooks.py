# SPDX-License-Identifier: Apache-2.0
"""`krama webhooks`: where measures are sent."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def webhooks() -> None:
    """Addresses that receive measures."""


@webhooks.command()
@click.argument("url")
@click.option("--name", required=True, help="What answers there.")
@click.option("--allow", "allowed", multiple=True, help="A private network it may lie in, such as 10.1.2.0/24.")
def add(url: str, name: str, allowed: tuple[str, ...]) -> None:
    """Add an address that receives measures; its secret is printed this once.

    \b
    Example:
      krama webhooks add https://app.example.org/krama/webhook --name "Our app"
    """
    house.enter_ready()
    from krama.server.measures import actions_ways as actions
    from krama.server.trail.actor import TERMINAL

    _webhook, secret = actions.add_webhook(TERMINAL, name=name, url=url, allowed=list(allowed))
    click.echo("The secret, shown only now; check each signature with it (Standard Webhooks):", err=True)
    click.echo(secret)

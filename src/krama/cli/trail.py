# SPDX-License-Identifier: Apache-2.0
"""`krama trail`: who did what."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def trail() -> None:
    """Who did what."""


@trail.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Recompute the whole trail and name the first entry changed, removed or inserted (then exit status 1).

    \b
    Example:
      krama trail verify
    """
    house.enter_ready()
    from krama.server.trail.verify import verify as check

    finding = check()
    click.echo(finding.sentence())
    ctx.exit(0 if finding.ok else 1)

# SPDX-License-Identifier: Apache-2.0
"""`krama retention`: what has had its time."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def retention() -> None:
    """What has had its time."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why.")
def run(dry_run: bool) -> None:
    """Destroy what is due: the key first, then rows and files. The job loop does the same once a day.

    \b
    Example:
      krama retention run --dry-run
    """
    house.enter_ready()
    from django.utils import timezone

    from krama.server.compartments import queries
    from krama.server.compartments.actions.destroy import run as carry_out
    from krama.server.trail.actor import TERMINAL

    if dry_run:
        due = queries.due(timezone.now())
        for compartment, why in due:
            click.echo(f"{compartment.pk}  {compartment.kind}  {why}")
        held = queries.held(timezone.now()).count()
        click.echo(f"{len(due)} compartments would be destroyed; a hold keeps {held}. Nothing was changed.")
        return
    done = carry_out(TERMINAL)
    click.echo(f"{done['destroyed']} compartments destroyed, {done['finished']} emptied, {done['keys']} old keys gone.")

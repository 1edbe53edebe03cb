# SPDX-License-Identifier: Apache-2.0
"""`krama keys`: keys for machines, and the keys under which Krama seals."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def keys() -> None:
    """Keys for machines, and the keys under which Krama seals."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="scan, reports:send, cases:read, cases:decide, measures:confirm, proofs:read.",
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


@keys.command()
def rotate() -> None:
    """Make new keys, and wrap every compartment's key anew; Krama may run meanwhile. After a kill, run it again.

    \b
    The old keys are destroyed when the last backup made under them has expired (KRAMA_BACKUP_DAYS).
    Example:
      krama keys rotate
    """
    house.enter_ready()
    from django.conf import settings

    from krama.server.compartments.actions.rotate import rotate as carry_out
    from krama.server.trail.actor import TERMINAL

    count = carry_out(TERMINAL)
    click.echo(f"New keys are in use; {count} compartments were wrapped anew.")
    click.echo(f"The old keys are destroyed in {settings.KRAMA_BACKUP_DAYS} days. Back up the folder of the keys now.")


@keys.command()
@click.option(
    "--by", "kind", type=click.Choice(["passphrase", "environment", "file"]), required=True, help="What opens the keys."
)
def protect(kind: str) -> None:
    """Seal the key files, so that a stolen machine tells nothing; `--by file` takes it away again. Stop Krama first.

    \b
    Examples:
      krama keys protect --by passphrase     # asked for at each start, or read from KRAMA_PASSPHRASE_FILE
      KRAMA_KEY=64-hex-digits krama keys protect --by environment
    """
    from krama.server.site.home import home_folder, open_home
    from krama.server.site.providers import protect as carry_out

    home = open_home(home_folder())
    carry_out(home.keys, kind)
    if kind == "file":
        click.echo("The keys open by themselves: whoever takes the whole machine can read everything.")
    else:
        click.echo(f"The keys open by {kind} only. Without it nothing can be read again, by anybody: keep it safe.")

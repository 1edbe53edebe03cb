# SPDX-License-Identifier: Apache-2.0
"""`krama keys`: keys for machines, and the keys under which Krama seals."""

from __future__ import annotations

from pathlib import Path

import click

from krama.cli import house
from krama.server.site.home import Home


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
    help="scan, reports:send, cases:read, cases:decide, measures:confirm, proofs:read, detections:deliver.",
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


@keys.command("gate")
@click.option("--name", default="Gate", show_default=True, help="Name of the key by which it delivers.")
def for_gate(name: str) -> None:
    """Say what a gate elsewhere needs: whom to trust, and a key of its own. The key is printed this once.

    \b
    Example:
      krama keys gate --name "Gate in the data centre" > gate.env
    """
    house.enter_ready()
    from krama.server.accounts import actions
    from krama.server.accounts.models import Scope
    from krama.server.detections.gates import signing_key, tell
    from krama.server.trail.actor import TERMINAL

    tell()
    _key, secret = actions.add_key(TERMINAL, name=name, scopes=[Scope.DETECTIONS_DELIVER])
    click.echo(f"KRAMA_GATE_TRUST={signing_key().public}")
    click.echo(f"KRAMA_GATE_KEY={secret}")


def gate_key_file(home: Home) -> Path:
    """The key of the gate that `krama serve --gate` starts, beside the home's keys; made when there is none."""
    from krama.sealing import write_once
    from krama.server.accounts import actions
    from krama.server.accounts.models import Scope
    from krama.server.accounts.queries import key_of
    from krama.server.trail.actor import TERMINAL

    path = home.keys / "gate-delivery"
    if not path.exists() or key_of(path.read_text().strip()) is None:
        path.unlink(missing_ok=True)  # it was revoked, or belongs to a database that is no more
        _key, secret = actions.add_key(TERMINAL, name="Gate", scopes=[Scope.DETECTIONS_DELIVER])
        write_once(path, secret)
    return path

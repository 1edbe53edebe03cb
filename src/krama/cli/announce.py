# SPDX-License-Identifier: Apache-2.0
"""Say where a service is, once it answers."""

from __future__ import annotations

import urllib.error
import urllib.request

import click

from krama.cli.supervise import Stop


def announce(host: str, port: int, address: str, stop: Stop) -> None:
    """Say where it is, once it answers."""
    reach = "127.0.0.1" if host in ("0.0.0.0", "localhost") else host  # noqa: S104 - compared, not bound
    probe = f"http://{f'[{reach}]' if ':' in reach else reach}:{port}/{address.split('/', 3)[3]}"
    request = urllib.request.Request(probe, headers={"Host": address.split("/")[2]})
    for _ in range(600):
        if stop.wait(0.1):
            return
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    click.echo(f"Open {address}")
                    return
        except (OSError, urllib.error.URLError):
            continue
    click.echo("The web server does not answer; see the lines above.", err=True)

# SPDX-License-Identifier: Apache-2.0
"""`krama worker`: the job loop alone."""

from __future__ import annotations

import click

from krama.cli import fitness, house
from krama.cli.supervise import stop_on_signals


@click.command()
def worker() -> None:
    """Run the job loop: collect detections into cases, send measures, sequence the trail.

    \b
    Example:
      krama worker
    """
    fitness.refuse(house.enter())
    from krama.server.outbox import loop
    from krama.server.trail import placing

    stop = stop_on_signals()
    placer = placing.start(stop)
    loop.run(stop)
    placer.join(5)

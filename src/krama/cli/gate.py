# SPDX-License-Identifier: Apache-2.0
"""`krama gate`: the scan service alone; it answers where the server is slow, away or elsewhere."""

from __future__ import annotations

import os
import resource
import socket
import sys
import threading

import click

from krama.cli.announce import announce
from krama.cli.supervise import Part, keep_alive, stop_on_signals
from krama.errors import BadInput
from krama.gate.place import Place, place_of

WAITING = 2_048  # connections that wait to be taken


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8300, show_default=True, envvar="PORT", type=click.IntRange(1, 65_535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that answer.")
def gate(host: str, port: int, workers: int) -> None:
    """Answer scans at once, write down what was found, deliver it to the server. Ctrl-C ends it.

    \b
    What it needs stands in KRAMA_GATE_LISTS, KRAMA_GATE_TRUST, KRAMA_GATE_SERVER and
    KRAMA_GATE_KEY_FILE; `krama keys gate` at the server says what to put there.
    Example:
      krama gate --workers 4
    """
    os.environ["KRAMA_GATE_WORKERS"] = str(workers)
    place = place_of()
    check(place)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with listening(host, port) as bound:
        stop = stop_on_signals()
        address = f"http://{host}:{port}/status/live"
        threading.Thread(target=announce, args=(host, port, address, stop), daemon=True).start()
        keep_alive(parts(bound.fileno(), workers), stop)


def check(place: Place) -> None:
    """What would only be found out later: its key, and the key by which it delivers."""
    place.spool_key()
    place.delivery_key()


def parts(handle: int, workers: int, environment: dict[str, str] | None = None) -> list[Part]:
    """The processes: some that answer on the one socket, and one that delivers."""
    own = {"KRAMA_GATE_SOCKET": str(handle), "KRAMA_GATE_WORKERS": str(workers), **(environment or {})}
    answering = [
        Part(f"gate {number + 1}", [sys.executable, "-m", "krama.gate.worker"], own, handles=(handle,))
        for number in range(workers)
    ]
    return [*answering, Part("gate delivery", [sys.executable, "-m", "krama.gate.chores"], own)]


def listening(host: str, port: int) -> socket.socket:
    """One socket for all: while one process dies, what waits there is taken by another."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as problem:
        bound.close()
        raise BadInput(f"Port {port} on {host} cannot be used ({problem.strerror}); choose another.") from problem
    bound.listen(WAITING)
    return bound

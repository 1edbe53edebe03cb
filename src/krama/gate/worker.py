# SPDX-License-Identifier: Apache-2.0
"""One process that answers, on a socket that its parent holds: when it dies, who waited is answered by another."""

from __future__ import annotations

import os
import resource
import socket

import uvicorn

from krama.gate.app import Gate
from krama.gate.heads import Bounded
from krama.gate.place import place_of

SOCKET = "KRAMA_GATE_SOCKET"  # the number of the listening socket
WAITING = 2_048  # connections


def main() -> None:
    """Until told to stop; then what is in hand is answered first."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write an upload to a disk
    place = place_of()
    config = uvicorn.Config(
        Gate(place),
        lifespan="on",
        log_level="error",
        access_log=False,
        http=Bounded,
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=6,
        backlog=WAITING,
        limit_concurrency=None,
    )
    listening = socket.socket(fileno=int(os.environ[SOCKET]))
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()

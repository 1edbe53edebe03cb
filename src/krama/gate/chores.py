# SPDX-License-Identifier: Apache-2.0
"""The process beside those that answer: delivers the spool, and where lists come from an address, fetches them."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from krama.connectors import KramaClient
from krama.gate.delivery import Delivery
from krama.gate.mirror import Mirror
from krama.gate.place import place_of


def main() -> None:
    """Until told to stop."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)  # not `stop.set`: an event's lock is not safe in a handler

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    place = place_of()
    if place.is_remote:
        mirror = Mirror(place.lists, place.snapshots, place.trust)
        threading.Thread(target=mirror.run, args=(stop, place.look_seconds), daemon=True).start()
    server = KramaClient(place.server, place.delivery_key(), timeout=30)
    Delivery(place.spool, place.spool_key(), server).run(stop)


if __name__ == "__main__":
    main()

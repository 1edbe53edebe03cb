# SPDX-License-Identifier: Apache-2.0
"""The network between a gate and its server, to be cut: it refuses, hangs up half-way, or swallows what is said."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Literal

State = Literal["whole", "refuses", "swallows", "no answers"]


class Network:
    """Carries what comes to `port` to the server's port. `no answers`: it delivers, and the answer never comes back."""

    def __init__(self, server: int) -> None:
        self._server, self.state = server, "whole"
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def change(self, state: State) -> None:
        """From now on; what was open is cut."""
        self.state = state
        for one in list(self._open):
            self._close(one)

    def end(self) -> None:
        self.change("refuses")
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self.state == "refuses":
                near.close()
                continue
            self._open.add(near)
            if self.state != "swallows":
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._server), timeout=5)
        except OSError:
            self._close(near)
            return
        far.settimeout(None)
        self._open.add(far)
        threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
        self._pump(far, near, False)

    def _pump(self, source: socket.socket, into: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if asking or self.state != "no answers":
                    into.sendall(data)
        self._close(source)
        self._close(into)

    def _close(self, one: socket.socket) -> None:
        self._open.discard(one)
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

# SPDX-License-Identifier: Apache-2.0
"""A server of a few bytes: one connection, one script, on loopback. It shows what went over the wire."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

Script = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.head = b""
        self.body = b""

    def read_head(self) -> None:
        while b"\r\n\r\n" not in self.head:
            self.head += self.connection.recv(65536)
        self.head, self.body = self.head.split(b"\r\n\r\n", 1)

    def read_body(self) -> None:
        length = int(self.head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(self.body) < length and (data := self.connection.recv(65536)):
            self.body += data

    def heard_within(self, seconds: float) -> bytes:
        """What the client sends in this time; empty when it stays silent."""
        self.connection.settimeout(seconds)
        try:
            return self.connection.recv(65536)
        except TimeoutError:
            return b""
        finally:
            self.connection.settimeout(10)

    def say(self, text: str) -> None:
        self.connection.sendall(text.replace("\n", "\r\n").encode())

    def answer(self, status: str, body: str, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *headers]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())


class RawServer:
    """Plays one script for one connection; `peer` is what it saw, `fault` what went wrong in the script."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None) -> None:
        self.peer: Peer | None = None
        self.fault: BaseException | None = None
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            connection, _ = self._listener.accept()
            connection.settimeout(10)
            with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as wire:
                self.peer = Peer(wire)
                self._script(self.peer)
        except (AssertionError, OSError) as fault:  # shown by done()
            self.fault = fault

    def done(self) -> Peer:
        self._thread.join(15)
        if self.fault:
            raise self.fault
        assert self.peer is not None
        return self.peer

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    started: list[RawServer] = []

    def start(script: Script, tls: ssl.SSLContext | None = None) -> RawServer:
        started.append(RawServer(script, tls))
        return started[-1]

    yield start
    for server in started:
        server.close()

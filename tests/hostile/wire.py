# SPDX-License-Identifier: Apache-2.0
"""A client that sends whatever it is told, well-formed or not, and shows what came back."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PIECE = 1 << 20
FORM = "multipart/form-data; boundary=edge"


@dataclass(frozen=True)
class Answer:
    """`leave`: the server said 100 Continue first. `sent`: body bytes that went out. `seconds`: until the answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    leave: bool
    sent: int
    seconds: float

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Sender:
    """One connection to `/api/v1/scan`."""

    def __init__(self, port: int, key: str) -> None:
        self.key, self.port = key, port
        self.began = time.monotonic()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.heard = b""
        self.leave, self.sent = False, 0

    def head(
        self, length: int | None, *, path: str = "/api/v1/scan", kind: str = FORM, method: str = "POST", **more: str
    ) -> None:
        """The request line and headers; `length` None leaves Content-Length out."""
        headers = {"Host": f"localhost:{self.port}", "Authorization": f"Bearer {self.key}", "Content-Type": kind}
        headers |= {} if length is None else {"Content-Length": str(length)}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value)]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, pieces: Iterable[bytes]) -> None:
        """The body, until the server hangs up."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                self.socket.sendall(piece)
                self.sent += len(piece)

    def asked(self, seconds: float = 10) -> bool:
        """After `Expect: 100-continue`: did the server ask for the body?"""
        self.socket.settimeout(seconds)
        self._until(b"\r\n\r\n")
        if self.heard.startswith(b"HTTP/1.1 100 "):
            self.leave, self.heard = True, self.heard.split(b"\r\n\r\n", 1)[1]
        return self.leave

    def answer(self, seconds: float = 60) -> Answer:
        """The final answer, whole."""
        self.socket.settimeout(seconds)
        self._until(b"\r\n\r\n")
        head, _, body = self.heard.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers["content-length"]) and (more := self.socket.recv(65536)):
            body += more
        took = time.monotonic() - self.began
        self.socket.close()
        return Answer(int(first.split(" ")[1]), headers, body, self.leave, self.sent, took)

    def _until(self, mark: bytes) -> None:
        while mark not in self.heard and (more := self.socket.recv(65536)):
            self.heard += more
        assert mark in self.heard, f"the server hung up after {self.heard!r}"


def part(data: bytes, name: str = "file", filename: str | None = "a.jpg") -> bytes:
    """One part of a form."""
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--edge--\r\n"


def post(port: int, key: str, body: bytes, *, kind: str = FORM, path: str = "/api/v1/scan", **more: str) -> Answer:
    """An ordinary request, all at once."""
    sender = Sender(port, key)
    sender.head(len(body), kind=kind, path=path, **more)
    sender.send(body[start : start + PIECE] for start in range(0, len(body), PIECE))
    return sender.answer()


def scan(port: int, key: str, data: bytes) -> Answer:
    """One file, as any client would send it."""
    return post(port, key, form(part(data)))

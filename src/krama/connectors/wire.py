# SPDX-License-Identifier: Apache-2.0
"""One HTTP/1.1 exchange over one open connection.

It asks leave before it uploads (`Expect: 100-continue`, RFC 9110 10.1.1), so a refusal (401, 413, 503) costs no
upload. It must never send anything twice, follow a redirect, or copy the upload.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import h11

from krama.connectors.errors import BadAnswer, Unreachable

CHUNK = 256 * 1024  # bytes written before looking whether an answer has already come
LARGEST_ANSWER = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Answer:
    """A final answer: status, headers with lower-case names, the whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Exchange:
    """One request and its answer, all before `deadline` (seconds of `time.monotonic()`)."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._socket = connection
        self._deadline = deadline
        self._http = h11.Connection(h11.CLIENT)
        self._final: h11.Response | None = None
        self._hung_up = False

    def run(self, request: h11.Request, body: Sequence[bytes | memoryview], *, leave_wait: float) -> Answer:
        """Send `request`, wait at most `leave_wait` seconds for leave (0: do not ask), send `body`, read the answer."""
        try:
            self._write(request)
            if leave_wait:
                self._await_leave(time.monotonic() + leave_wait)
            if self._final is None:
                self._upload(body)
            return self._answer()
        except h11.RemoteProtocolError as error:
            if self._hung_up:
                raise Unreachable("Krama ended the connection before its answer was whole.") from error
            raise BadAnswer(f"The answer is not HTTP/1.1 ({error}): is the address right?") from error

    def _write(self, event: h11.Event) -> None:
        for piece in self._http.send_with_data_passthrough(event) or ():
            self._socket.settimeout(self._left(self._deadline))
            self._socket.sendall(piece)

    @staticmethod
    def _left(until: float) -> float:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _event(self, until: float) -> object:
        """The next thing the server says; TimeoutError when nothing came before `until`."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._socket.settimeout(self._left(until))
            data = self._socket.recv(64 * 1024)
            self._hung_up = not data
            self._http.receive_data(data)
        if isinstance(event, h11.Response):
            self._final = event
        return event

    def _await_leave(self, until: float) -> None:
        """Return on 100, on a final answer, and when the server stays silent (it may not know `Expect`)."""
        until = min(until, self._deadline)
        try:
            while self._final is None:
                event = self._event(until)
                if isinstance(event, h11.InformationalResponse) and event.status_code == 100:
                    return
        except TimeoutError:
            return

    def _answered_early(self) -> bool:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        if pending or select.select([self._socket], [], [], 0)[0]:
            self._await_leave(time.monotonic() + 0.001)  # readable may mean a TLS ticket only
        return self._final is not None

    def _upload(self, body: Sequence[bytes | memoryview]) -> None:
        try:
            for part in body:
                view = memoryview(part)
                for start in range(0, len(view), CHUNK):
                    if self._answered_early():
                        return
                    piece = cast(bytes, view[start : start + CHUNK])  # h11 passes any buffer through uncopied
                    self._write(h11.Data(data=piece))
            self._write(h11.EndOfMessage())
        except (BrokenPipeError, ConnectionResetError):
            return  # the server hung up while we sent: what it said before that is read next

    def _answer(self) -> Answer:
        while self._final is None:
            self._event(self._deadline)
        body = bytearray()
        while not isinstance(event := self._event(self._deadline), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                body += event.data
            if len(body) > LARGEST_ANSWER:
                raise BadAnswer("The answer is larger than any answer of Krama: is the address right?")
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in self._final.headers}
        return Answer(self._final.status_code, headers, bytes(body))

# SPDX-License-Identifier: Apache-2.0
"""A receiver that never finishes must not hold the job loop: every delivery ends by itself."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest

from krama.server.measures import guard

pytestmark = pytest.mark.loopback


class Dripper:
    """Answers with `first`, then one byte every tenth of a second, for ever."""

    def __init__(self, first: bytes) -> None:
        self.first, self.socket = first, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/hook"
        self.thread = threading.Thread(target=self.answer, daemon=True)
        self.thread.start()

    def answer(self) -> None:
        with suppress(OSError):
            connection, _peer = self.socket.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(self.first)
                while True:
                    time.sleep(0.1)
                    connection.sendall(b"x")

    def close(self) -> None:
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def dripping_headers() -> Iterator[Dripper]:
    dripper = Dripper(b"HTTP/1.1 200 OK\r\nX-")
    yield dripper
    dripper.close()


def test_headers_that_never_end_are_given_up(dripping_headers: Dripper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WHOLE_CALL", 0.8)
    with guard.guarded_client([], loopback=True) as client, pytest.raises(httpx2.TimeoutException):
        client.post(dripping_headers.url, content=b"{}")


def test_the_answer_s_body_is_not_awaited() -> None:
    dripper = Dripper(b"HTTP/1.1 204 No Content\r\nContent-Length: 100000\r\n\r\n")
    with guard.guarded_client([], loopback=True) as client, client.stream("POST", dripper.url, content=b"{}") as answer:
        assert answer.status_code == 204
    dripper.close()


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::a00:1", "::ffff:0:7f00:1", "fec0::1", "192.88.99.1"],
)
def test_an_address_in_disguise_is_refused(address: str) -> None:
    assert not guard.allows(address, [], loopback=True)

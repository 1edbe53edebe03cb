# SPDX-License-Identifier: Apache-2.0
"""Nobody may fill the gate's memory with a head that never ends; a long body is another matter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from krama.gate.heads import LONGEST, Bounded

PIECE = 8 << 10
ENDLESS = LONGEST // PIECE + 1
HOST = b"Host: x\r\n"


class Wire(asyncio.Transport):
    """What a connection writes, and whether it was hung up."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.closed = b"", False

    def write(self, data: Any) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Waits for ever: what comes is only read."""
    await asyncio.Event().wait()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    for task in asyncio.all_tasks(made):
        task.cancel()
    made.run_until_complete(asyncio.sleep(0))
    made.close()


def told(loop: asyncio.AbstractEventLoop, *pieces: bytes) -> Wire:
    """One connection that was sent these."""
    wire = Wire()

    async def tell() -> None:
        one = Bounded(Config(app, log_config=None), ServerState(), {}, loop)
        one.connection_made(wire)
        for piece in pieces:
            if not wire.closed:
                one.data_received(piece)

    loop.run_until_complete(tell())
    return wire


@pytest.mark.parametrize(
    "beginning",
    [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "],
    ids=["address", "header", "trailer"],
)
def test_what_never_ends_is_refused_and_hung_up(loop: asyncio.AbstractEventLoop, beginning: bytes) -> None:
    wire = told(loop, beginning, *[b"a" * PIECE] * ENDLESS)
    assert wire.said.startswith(b"HTTP/1.1 400")
    assert wire.closed


def test_many_headers_are_counted_together(loop: asyncio.AbstractEventLoop) -> None:
    header = b"X: " + b"a" * (PIECE - 5) + b"\r\n"
    assert told(loop, b"GET / HTTP/1.1\r\n", *[header] * ENDLESS).said.startswith(b"HTTP/1.1 400")


def test_a_long_body_and_a_long_head_within_the_bound_are_read_on(loop: asyncio.AbstractEventLoop) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * (LONGEST // 2) + b"\r\n"
    wire = told(loop, head + b"Content-Length: 9000000\r\n\r\n", *[b"a" * PIECE] * (10 * ENDLESS))
    assert (wire.said, wire.closed) == (b"", False)


def test_one_request_after_the_other_is_counted_each_for_itself(loop: asyncio.AbstractEventLoop) -> None:
    one = b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * PIECE + b"\r\n\r\n"
    assert not told(loop, *[one] * (2 * ENDLESS)).closed

# SPDX-License-Identifier: Apache-2.0
"""Where requests arrive: headers first, a body only when the house takes it, and never for longer than a deadline.

Django runs in threads (WSGI) and waits for bytes without an end: a few clients that stop half-way would hold every
thread. Small bodies are therefore awaited here, without a thread; an upload is read by its thread, piece by piece.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # granian brings them; commands that serve nothing need not load it
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
SILENCE = 10.0  # seconds without a byte
CUT = "krama.body_cut"  # environ: why a small body did not arrive whole
CROWDED = "krama.crowded"  # environ: more wait than this process can answer in time; say so at once, touch no database
SHED_BY = 2  # threads that say so


class Arriving(io.RawIOBase):
    """A body of `length` bytes on its way: `TimeoutError` when it stops or takes too long, `ConnectionError` if cut."""

    def __init__(self, protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop, length: int, seconds: float) -> None:
        self._pieces: Any = protocol
        self._loop, self._missing, self._until = loop, length, time.monotonic() + seconds
        self._begun = False
        self._kept = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Exactly `size` bytes, or what is left; called in a thread of Django's."""
        wanted = self._missing + len(self._kept) if size < 0 else min(size, self._missing + len(self._kept))
        parts, have = [self._kept], len(self._kept)
        while have < wanted:
            # The loop ends the wait itself; the second limit is for a loop that is no more.
            piece = asyncio.run_coroutine_threadsafe(self.piece(), self._loop).result(SILENCE + 5)
            parts.append(piece)
            have += len(piece)
        whole = parts[0] if len(parts) == 1 else b"".join(parts)
        self._kept = whole[wanted:]
        return whole[:wanted]

    async def whole(self) -> bytes:
        """All of a small body; called in the loop."""
        parts = []
        while self._missing:
            parts.append(await self.piece())
        return b"".join(parts)

    async def piece(self) -> bytes:
        if not self._begun:
            self._begun = True
            self._pieces.__aiter__()  # only now is a client that asked (100-continue) told to send
        async with asyncio.timeout(min(SILENCE, self._until - time.monotonic())):
            piece: bytes = await self._pieces.__anext__()
        if not piece:
            raise ConnectionResetError
        self._missing -= len(piece)
        return piece


class Front:
    """An RSGI application around a WSGI one; `awaits` says which bodies are small enough to be awaited first.

    `most` requests wait or are answered at once; to the others the house says so at once, in threads of its own.
    """

    def __init__(
        self,
        application: Application,
        *,
        awaits: Callable[[Environ], bool],
        threads: int,
        seconds: float,
        most: int = 64,
    ) -> None:
        self.application, self.awaits, self.seconds, self.most = application, awaits, seconds, most
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self.shedding = ThreadPoolExecutor(SHED_BY, thread_name_prefix="shed")
        self.inside = 0  # changed in the loop alone

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        environ = environ_of(scope)
        loop = asyncio.get_running_loop()
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdigit() and int(length):
            body = Arriving(protocol, loop, int(length), self.seconds)
            environ["wsgi.input"] = await arrived(body, environ) if self.awaits(environ) else body
        await self._seated(loop, environ, protocol)

    async def _seated(self, loop: asyncio.AbstractEventLoop, environ: Environ, protocol: HTTPProtocol) -> None:
        if self.inside >= self.most:
            environ[CROWDED] = True
            await loop.run_in_executor(self.shedding, self._answer, environ, protocol)
            return
        self.inside += 1
        try:
            await loop.run_in_executor(self.threads, self._answer, environ, protocol)
        finally:
            self.inside -= 1

    def _answer(self, environ: Environ, protocol: HTTPProtocol) -> None:
        status, headers = 500, list[tuple[str, str]]()

        def start(line: str, given: list[tuple[str, str]], exc_info: object = None) -> None:
            nonlocal status, headers
            status, headers = int(line.split(" ", 1)[0]), given

        parts = self.application(environ, start)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()  # Django ends its request here, and lets go of its database
        if status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, body)


async def arrived(body: Arriving, environ: Environ) -> io.BytesIO:
    """A small body, whole; or an empty one, and the reason beside it."""
    try:
        return io.BytesIO(await body.whole())
    except OSError as problem:
        environ[CUT] = problem
        return io.BytesIO()


def environ_of(scope: Scope) -> Environ:
    """PEP 3333's view of a request."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if "_" not in name:  # a_b and a-b would be one name here
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            joined = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{joined}{value}" if key in environ else value
    return environ

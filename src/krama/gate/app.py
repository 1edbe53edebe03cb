# SPDX-License-Identifier: Apache-2.0
"""The gate's application: plain ASGI. Who asks, whether it may come, what it is; written down, then answered.

It keeps no log of who asked what. A body is read only when its key may scan, its length is known and a seat is free.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from krama.errors import BadInput, Busy, KramaError, NotFound
from krama.gate.child import Bounds
from krama.gate.counts import Counts
from krama.gate.hma import Doors
from krama.gate.known import Keys, Lists, now
from krama.gate.looking import Looking
from krama.gate.place import Place
from krama.gate.pool import Pool
from krama.gate.saying import say
from krama.gate.spool import Spool
from krama.gate.wire import Answer, Message, Part, Receive, Request, Send, WrongMethod, as_json, problem, read_form
from krama.gate.wire import request_of as asked_of
from krama.ledger.machines import Machine
from krama.scanning.asked import WrongMedia, one_file, parsed, read_batch, read_context, read_json
from krama.scanning.found import Found

T = TypeVar("T")
BODY = 256 << 10  # bytes of a body without a file
BATCH_BODY = 2 << 20
LOOK = 0.3  # seconds between two looks for something newer
SCAN = "scan"


class Gate:
    """One process of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.keys = Keys(place.snapshots, place.trust, place.key_hours, now)
        self.pool = Pool(place.decoders, Bounds(seconds=place.decode_seconds, largest=place.upload_limit))
        self.lists = Lists(place.snapshots, self.keys, self.pool.read)
        self.spool = Spool(place.spool, place.spool_key())
        self.counts = Counts(place.spool)
        self.looking = Looking(self.lists, self.pool)
        self.doors = Doors(self.lists, self.looking, place)
        self._threads = ThreadPoolExecutor(place.at_once + 4, "gate")
        self._held = 0
        self._ending = threading.Event()
        self._looker = threading.Thread(target=self._look, daemon=True)
        self._routes: dict[str, tuple[str, Callable[[Request], Awaitable[Answer]]]] = {
            "/api/v1/scan": ("POST", self._scan),
            "/api/v1/scan/batch": ("POST", self._batch),
        }

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._life(receive, send)
        elif scope["type"] == "http":
            request = asked_of(scope, receive)
            answer = await self.answer(request)
            if answer is not None:
                await answer.send(send)

    async def answer(self, request: Request) -> Answer:
        """To any request; never raises."""
        try:
            if request.path in self._routes:
                method, act = self._routes[request.path]
                if request.method != method:
                    raise WrongMethod(f"This address takes {method}, not {request.method}.")
                return await act(request)
            if self.doors.knows(request):
                return await self._hma(request)
            raise NotFound("There is nothing at this address.")
        except KramaError as refused:
            return problem(refused, close=True)
        except Exception as broken:  # one request's fault must not end the others
            say(f"a request failed: {type(broken).__name__} at {_where(broken)}")
            return problem(KramaError("Something went wrong; nothing was lost. Try again in a moment."), close=True)

    async def _scan(self, request: Request) -> Answer:
        machine = self.keys.allow(request.headers.get("authorization", ""), SCAN)
        if request.is_form:
            length = request.length(self.place.upload_limit)
            with self._seat():
                found = await self._in_thread(
                    self._file, await request.body(length, self.place.seconds), request, machine
                )
        elif request.media == "application/json":
            body = await request.body(request.length(BODY), self.place.seconds)
            found = self.looking.items([read_json(bytes(body))], machine.name)[0]
            await self._keep([found])
        else:
            raise WrongMedia
        return as_json(found.verdict.to_json())

    def _file(self, body: bytearray, request: Request, machine: Machine) -> Found:
        data, context = upload_in(read_form(body, request.headers["content-type"]))
        body.clear()  # the form is not held beside its file
        found = self.looking.file(data, context, machine.name)
        self._keep_here([found])
        return found

    async def _batch(self, request: Request) -> Answer:
        machine = self.keys.allow(request.headers.get("authorization", ""), SCAN)
        if request.media != "application/json":
            raise WrongMedia("Send JSON: `items`.")
        body = await request.body(request.length(BATCH_BODY), self.place.seconds)
        return await self._in_thread(self._many, bytes(body), machine)

    def _many(self, body: bytes, machine: Machine) -> Answer:
        found = self.looking.items(read_batch(body), machine.name)
        self._keep_here(found)
        return as_json({"results": [one.verdict.to_json() for one in found]})

    async def _keep(self, found: list[Found]) -> None:
        """Counted at once; what must be on the disk is waited for in a thread."""
        if any(one.is_kept for one in found):
            await self._in_thread(self._keep_here, found)
        else:
            self._keep_here(found)

    def _keep_here(self, found: list[Found]) -> None:
        self.spool.keep((one.id, one.to_json()) for one in found if one.is_kept)
        counted = [one for one in found if not one.is_kept]  # the server counts what it is delivered
        days = Counter((one.verdict.verdict, one.at.astimezone(self.place.zone).date()) for one in counted)
        for (verdict, day), count in days.items():
            self.counts.add(verdict, counted[-1].at, day, count)

    async def _hma(self, request: Request) -> Answer:
        if not self.place.hma_open and self.doors.is_closed(request):
            self.keys.allow(request.headers.get("authorization", ""), SCAN)
        if request.method == "POST" and request.is_form:
            length = request.length(self.place.upload_limit)
            with self._seat():
                body = await request.body(length, self.place.seconds)
                return await self._in_thread(self.doors.answer, request, body)
        body = await request.body(request.length(BODY), self.place.seconds) if request.method == "POST" else bytearray()
        return self.doors.answer(request, body)

    @contextmanager
    def _seat(self) -> Any:
        """At most so many uploads are held at once."""
        if self._held >= self.place.at_once:
            raise Busy(at_once=self.place.at_once)
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def _look(self) -> None:
        while not self._ending.wait(LOOK):
            try:
                self.lists.refresh()
            except Exception as broken:  # the next look may succeed; what is in use stays
                say(f"a look for newer lists failed: {type(broken).__name__}")

    async def _life(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                self._looker.start()
                await self._in_thread(self._begin)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._in_thread(self.close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _begin(self) -> None:
        self.lists.refresh()
        self.pool.holds()

    def close(self) -> None:
        """Whatever was counted is written, and the segment is left for the reader."""
        self._ending.set()
        self.counts.write()
        self.spool.close()
        self.pool.close()


def upload_in(parts: list[Part]) -> tuple[bytes, dict[str, str]]:
    """The one file of a form, and the context beside it."""
    one_file([part.name for part in parts if part.filename is not None])
    plain = {part.name: part.data for part in parts if part.filename is None}
    said = plain.get("context") or b"{}"
    if any(len(value) > BODY for value in plain.values()):
        raise BadInput("A field of the form is too long; only the field `file` may be large.", field="context")
    context = read_context(parsed(bytes(said), "context"))
    return next(bytes(part.data) for part in parts if part.filename is not None), context


def _where(broken: Exception) -> str:
    ours = [frame for frame in traceback.extract_tb(broken.__traceback__) if "krama" in frame.filename]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else sys.platform

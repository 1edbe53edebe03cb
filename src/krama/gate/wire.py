# SPDX-License-Identifier: Apache-2.0
"""Requests and answers of the gate, over plain ASGI: a body is read only when it may come, and stays in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from krama.errors import BadInput, KramaError, TooLarge

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
SILENCE = 10.0  # seconds without a byte
MOST_PARTS = 20
AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
LONGEST_HEAD = 16 << 10  # bytes of one part's headers
STATUS = {
    "not_signed_in": 401,
    "scope_missing": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "interrupted": 408,
    "length_required": 411,
    "too_large": 413,
    "wrong_media_type": 415,
    "busy": 503,
    "bad_snapshot": 503,
    "no_keys": 503,
    "not_kept": 503,
}


class LengthRequired(KramaError):
    """Say how long the upload is: a Content-Length header is needed, chunked uploads are not taken."""

    code = "length_required"
    public = True


class Interrupted(KramaError):
    """The body stopped before its end, or took too long; nothing was kept. Send it again."""

    code = "interrupted"
    public = True
    permanent = False


class WrongMethod(KramaError):
    """This address takes another method."""

    code = "method_not_allowed"
    public = True


@dataclass(frozen=True)
class Request:
    """What was asked. `headers`: names in lower case, the last of each."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    receive: Receive = field(repr=False)

    @property
    def media(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_form(self) -> bool:
        """A form with a file."""
        return self.media == "multipart/form-data"

    def length(self, limit: int) -> int:
        """How long the body says it is; 411 without, 413 above, both before one byte is read."""
        said = self.headers.get("content-length", "")
        if not (said.isascii() and said.isdecimal()) or "transfer-encoding" in self.headers:
            raise LengthRequired
        if int(said) > limit:
            raise TooLarge(
                f"The body has {int(said):,} bytes; at most {limit:,} are taken. "
                "Send a smaller file, or its hashes as JSON (POST /api/v1/scan).",
                limit=limit,
                length=int(said),
            )
        return int(said)

    async def body(self, length: int, seconds: float) -> bytearray:
        """All of it, before so many seconds are over."""
        taken, clock = bytearray(), asyncio.get_running_loop().time
        until = clock() + seconds
        try:
            async with asyncio.timeout_at(min(until, clock() + SILENCE)) as patience:  # one timer for both bounds
                while len(taken) < length:
                    message = await self.receive()
                    if message["type"] != "http.request":
                        raise Interrupted
                    taken += message.get("body", b"")
                    if not message.get("more_body"):
                        break
                    patience.reschedule(min(until, clock() + SILENCE))
        except TimeoutError as problem:
            raise Interrupted from problem
        if len(taken) != length:
            raise Interrupted
        return taken


@dataclass(frozen=True)
class Answer:
    """What is answered. `close`: the body was not read, so the connection cannot be used again."""

    status: int
    body: bytes
    media: str = "application/json"
    close: bool = False
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send) -> None:
        """Over the wire."""
        length = str(len(self.body)).encode()
        headers = [(b"content-type", self.media.encode()), (b"content-length", length), *self.headers]
        headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
        if self.close:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def request_of(scope: MutableMapping[str, Any], receive: Receive) -> Request:
    """What ASGI says."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    said = scope["query_string"].decode("latin-1")
    query = dict(parse_qsl(said, keep_blank_values=True, max_num_fields=50)) if said else {}
    return Request(scope["method"], scope["path"], query, headers, receive)


def as_json(what: object, status: int = 200) -> Answer:
    """An answer as the API gives it."""
    return Answer(status, AS_JSON(what).encode())


def problem(error: KramaError, *, close: bool) -> Answer:
    """RFC 9457, as the server says it."""
    status = STATUS.get(error.code, 422 if isinstance(error, BadInput) else 500)
    body = {
        "type": f"urn:krama:problem:{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.detail,
        **error.fields,
    }
    again = {401: ((b"www-authenticate", b"Bearer"),), 503: ((b"retry-after", b"1"),)}.get(status, ())
    return Answer(status, json.dumps(body, default=str).encode(), "application/problem+json", close, again)


@dataclass
class Part:
    """One part of a form. `filename` is None for a plain field."""

    name: str = ""
    filename: str | None = None
    data: bytearray = field(default_factory=bytearray)


def read_form(body: bytearray, content_type: str) -> list[Part]:
    """The parts of a form that lies in memory; `BadInput` when it is none."""
    options = parse_options_header(content_type)[1]
    boundary = options.get(b"boundary", b"")
    reading = _Reading()
    try:
        parser = MultipartParser(boundary, reading.callbacks())  # type: ignore[arg-type]
        parser.write(body)  # type: ignore[arg-type]
        parser.finalize()
    except (MultipartParseError, ValueError, UnicodeDecodeError, TypeError) as fault:
        raise BadInput(f"The form cannot be read ({fault}); send multipart/form-data with its boundary.") from fault
    if not reading.ended:
        raise BadInput("The form has no end; send multipart/form-data with its boundary.")
    return reading.parts


class _Reading:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._name, self._value, self._head = bytearray(), bytearray(), 0

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self.parts[-1].data.extend(data[start:end]),
            "on_header_field": lambda data, start, end: self._grow(self._name, data[start:end]),
            "on_header_value": lambda data, start, end: self._grow(self._value, data[start:end]),
            "on_header_end": self._header,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            raise ValueError("too many fields; it takes `file` and `context`")
        self.parts.append(Part())
        self._head = 0

    def _grow(self, what: bytearray, piece: bytes) -> None:
        self._head += len(piece)
        if self._head > LONGEST_HEAD:
            raise ValueError("the headers of a part are too long")
        what += piece

    def _header(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            options = parse_options_header(bytes(self._value))[1]
            part = self.parts[-1]
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                part.filename = options[b"filename"].decode("utf-8", "replace")
        self._name.clear()
        self._value.clear()

    def _end(self) -> None:
        self.ended = True

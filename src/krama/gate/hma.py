# SPDX-License-Identifier: Apache-2.0
"""Doors that a client written for Meta's Hasher-Matcher-Actioner knows: hash, look up, compare, status, banks.

Paths, strings and shapes are HMA 1.1's; where they differ, docs/reference/hma.md says so and why. They leave nothing:
not a detection, not a count of who asked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from krama.errors import BadInput, KramaError
from krama.gate.known import Lists, now
from krama.gate.looking import Looking
from krama.gate.place import Place
from krama.gate.wire import Answer, Request, read_form
from krama.signals import LEAST_QUALITY, PDQ_RADIUS, Hit, Index, SignalType

PDQ, VIDEO = "pdq", "video_md5"
TYPES = {PDQ: SignalType.PDQ, VIDEO: SignalType.MD5}
OF_CONTENT = {"photo": (PDQ,), "video": (VIDEO,)}
FORM = {PDQ: re.compile(r"[0-9a-f]{64}"), VIDEO: re.compile(r"[0-9a-f]{32}")}
BAD = {PDQ: "invalid PDQ hash", VIDEO: "invalid MD5 hash"}
ALIVE, NOT_LOADED, STALE = "I-AM-ALIVE", "INDEX-NOT-LOADED", "INDEX-STALE"
OPEN = ("/status", "/status/live")  # a load balancer has no key
TRUE, FALSE = ("true", "1"), ("false", "0")


class Abort(Exception):
    """An answer of status and `message`, as HMA's blueprints give it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Doors:
    """Over the same lists and the same decoders as `POST /scan`."""

    def __init__(self, lists: Lists, looking: Looking, place: Place) -> None:
        self._lists, self._looking, self._place = lists, looking, place
        self._routes: dict[tuple[str, str], Callable[[Request, bytearray], Answer]] = {
            ("GET", "/status"): self._status,
            ("GET", "/status/live"): lambda *_: Answer(200, ALIVE.encode(), "text/html; charset=utf-8"),
            ("GET", "/h/hash"): self._no_fetching,
            ("POST", "/h/hash"): self._hash,
            ("GET", "/m/raw_lookup"): self._raw_lookup,
            ("GET", "/m/lookup"): self._lookup,
            ("POST", "/m/lookup"): self._lookup_file,
            ("POST", "/m/compare"): self._compare,
            ("GET", "/m/index/status"): self._index_status,
            ("GET", "/c/banks"): self._banks,
        }

    def knows(self, request: Request) -> bool:
        """Whether this is one of the doors."""
        return (request.method, request.path) in self._routes

    def is_closed(self, request: Request) -> bool:
        """Whether a key is asked for here, unless `KRAMA_GATE_HMA=open`."""
        return request.path not in OPEN

    def answer(self, request: Request, body: bytearray) -> Answer:
        """In HMA's shapes, its refusals too."""
        try:
            return self._routes[request.method, request.path](request, body)
        except Abort as refused:
            return said({"message": refused.message}, refused.status)
        except BadInput as refused:
            return said({"message": refused.detail}, 400)

    def _status(self, _request: Request, _body: bytearray) -> Answer:
        state = ALIVE
        try:
            self._lists.ready()
            state = STALE if self._lists.problem else ALIVE
        except KramaError:
            state = NOT_LOADED
        return Answer(200 if state == ALIVE else 503, state.encode(), "text/html; charset=utf-8")

    def _no_fetching(self, request: Request, _body: bytearray) -> Answer:
        if "url" not in request.query:
            return missing("url", request.query)
        raise Abort(403, "Fetching by url is not offered here: send the file (POST).")

    def _hash(self, request: Request, body: bytearray) -> Answer:
        return said(self._hashes(request, body))

    def _hashes(self, request: Request, body: bytearray) -> dict[str, str]:
        """By the name of each signal type; "" for a picture too flat to say anything."""
        if not request.is_form:
            raise Abort(400, "Missing multipart/form-data file upload")
        files = [part for part in read_form(body, request.headers["content-type"]) if part.filename is not None]
        if not files:
            raise Abort(400, "Missing multipart/form-data file upload")
        if len(files) > 1:
            raise Abort(400, "Only one file allowed per request")
        if files[0].name not in OF_CONTENT:
            raise Abort(400, f"no such content_type: '{files[0].name}'")
        wanted = _types(request.query.get("types"), OF_CONTENT[files[0].name])
        data = bytes(files[0].data)
        return {name: self._pdq(data) if name == PDQ else _md5(data) for name in wanted}

    def _pdq(self, data: bytes) -> str:
        seen = self._looking.hash(data)
        if not seen.hashes or seen.reason == "undecodable":
            raise Abort(400, seen.detail or "The file cannot be decoded.")
        return seen.hashes[0].value if seen.hashes[0].quality >= LEAST_QUALITY else ""

    def _raw_lookup(self, request: Request, _body: bytearray) -> Answer:
        for name in ("signal", "signal_type"):
            if name not in request.query:
                return missing(name, request.query)
        with_distance = request.query.get("include_distance", "false").lower()
        if with_distance not in TRUE + FALSE:
            return unreadable("include_distance", request.query["include_distance"])
        kind = request.query["signal_type"]
        hits = self._find(kind, request.query["signal"], request.query.get("banks"))
        if with_distance in TRUE:
            return said({"matches": [match(hit, kind) for hit in hits]})
        return said({"matches": [content_id(hit) for hit in hits]})

    def _lookup(self, request: Request, _body: bytearray) -> Answer:
        asked = request.query
        if "url" in asked:
            raise Abort(403, "Fetching by url is not offered here: send the file (POST).")
        if "signal" not in asked or "signal_type" not in asked:
            raise Abort(400, "Either url or both signal and signal_type are required")
        return said(self._by_bank(asked["signal_type"], asked["signal"], asked.get("banks")))

    def _lookup_file(self, request: Request, body: bytearray) -> Answer:
        hashes, banks = self._hashes(request, body), request.query.get("banks")
        return said({kind: self._by_bank(kind, value, banks) if value else {} for kind, value in hashes.items()})

    def _by_bank(self, kind: str, value: str, banks: str | None) -> dict[str, list[dict[str, Any]]]:
        names = self._names(self._ready())
        found: dict[str, list[dict[str, Any]]] = {}
        for hit in self._find(kind, value, banks):
            found.setdefault(names[hit.list.name], []).append(match(hit, kind))
        return found

    def _find(self, kind: str, value: str, banks: str | None) -> list[Hit]:
        index = self._ready()
        value = _signal(kind, value)
        wanted = None if banks is None else set(banks.split(","))
        names = self._names(index)
        hits = index.find(TYPES[kind], value, now=now())
        return [hit for hit in hits if wanted is None or names[hit.list.name] in wanted]

    def _ready(self) -> Index:
        try:
            return self._lists.ready()[0].index
        except KramaError as problem:
            raise Abort(503, "index not yet ready") from problem

    def _compare(self, request: Request, body: bytearray) -> Answer:
        if request.media != "application/json":
            raise Abort(
                415, "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
            )
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError) as problem:
            raise Abort(
                400, "The browser (or proxy) sent a request that this server could not understand."
            ) from problem
        if not isinstance(asked, dict):
            raise Abort(400, "Request input was not a dict")
        return said({kind: compared(kind, pair) for kind, pair in asked.items()})

    def _index_status(self, request: Request, _body: bytearray) -> Answer:
        wanted = request.query.get("signal_type")
        if wanted is not None and wanted not in TYPES:
            raise Abort(400, f"No such SignalType '{wanted}'")
        snapshot = None
        with suppress(KramaError):
            snapshot = self._lists.ready()[0]
        built = int(snapshot.published.timestamp()) if snapshot and snapshot.published else -1
        answer = {}
        for name in [wanted] if wanted else TYPES:
            size = size_of(snapshot.index, TYPES[name]) if snapshot else 0
            answer[name] = {"built_to": built, "present": snapshot is not None, "size": size}
        return said(answer)

    def _banks(self, _request: Request, _body: bytearray) -> Answer:
        names = sorted(self._names(self._ready()).values())
        return said([{"matching_enabled_ratio": 1.0, "name": name} for name in names])

    def _names(self, index: Index) -> dict[str, str]:
        return bank_names([known.name for known in index.lists if known is not None])


def said(what: object, status: int = 200) -> Answer:
    """As Flask writes it: keys sorted, a newline at the end."""
    return Answer(status, json.dumps(what, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def missing(name: str, given: dict[str, str]) -> Answer:
    """422 with a list, as its validation answers."""
    url = "https://errors.pydantic.dev/2.14/v/missing"
    return said([{"type": "missing", "loc": [name], "msg": "Field required", "input": given, "url": url}], 422)


def unreadable(name: str, given: str) -> Answer:
    """422 for what is no truth value."""
    what = "Input should be a valid boolean, unable to interpret input"
    url = "https://errors.pydantic.dev/2.14/v/bool_parsing"
    return said([{"type": "bool_parsing", "loc": [name], "msg": what, "input": given, "url": url}], 422)


def match(hit: Hit, kind: str) -> dict[str, Any]:
    """`distance` is text in lookups, and "-" for exact types."""
    return {"bank_content_id": content_id(hit), "distance": str(hit.distance) if kind == PDQ else "-"}


def content_id(hit: Hit) -> int:
    """Krama's signals have no numbers: one of 53 bits from list, type and value, the same for ever."""
    name = "\n".join((hit.list.name, hit.signal.type.value, hit.signal.value))
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 11


def bank_names(lists: list[str]) -> dict[str, str]:
    """Lists by their names as HMA's banks have them: UPPER_WITH_UNDERSCORE, each its own."""
    names: dict[str, str] = {}
    for name in sorted(lists):
        plain = re.sub(r"[^A-Z0-9_]+", "_", name.upper()).strip("_") or "LIST"
        plain = plain if not plain[0].isdigit() else f"_{plain}"
        number, chosen = 2, plain
        while chosen in names.values():
            number, chosen = number + 1, f"{plain}_{number}"
        names[name] = chosen
    return names


def compared(kind: str, pair: Any) -> list[Any]:
    """Whether two hashes match, and by how many bits they differ."""
    if kind not in TYPES:
        raise Abort(400, f"No such SignalType '{kind}'")
    if not isinstance(pair, list):
        raise Abort(400, f"Comparison hashes for {kind} was not a list")
    if len(pair) != 2:
        raise Abort(400, "Comparison hash list length must be exactly 2")
    for value in pair:
        if not isinstance(value, str) or not FORM[kind].fullmatch(value):
            raise Abort(400, f"Invalid {kind} hash: {BAD[kind]}")
    if kind == VIDEO:
        return [pair[0] == pair[1], {}]
    distance = (int(pair[0], 16) ^ int(pair[1], 16)).bit_count()
    return [distance <= PDQ_RADIUS, {"distance": distance}]


def size_of(index: Index, type: SignalType) -> int:
    """How many signals of a type lie in the index."""
    count = sum(len(layer.facts[type].of) for layer in (index.layer, index.later) if type in layer.facts)
    gone = index.gone.get(type)
    return int(count - (gone.size if gone is not None else 0))


def _types(said: str | None, of_content: tuple[str, ...]) -> list[str]:
    if said is None:
        return list(of_content)
    wanted = [name for name in said.split(",") if name]
    if not wanted:
        raise Abort(400, "empty signal type selection")
    for name in wanted:
        if name not in of_content:
            raise Abort(400, f"signal type '{name}' doesn't exist or is disabled")
    return wanted


def _signal(kind: str, value: str) -> str:
    if kind not in TYPES:
        raise Abort(400, f"No such SignalType '{kind}'")
    value = value.strip().lower() if kind == VIDEO else value
    if not FORM[kind].fullmatch(value):
        raise Abort(400, f"invalid signal: {BAD[kind]}")
    return value


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()

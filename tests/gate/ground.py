# SPDX-License-Identifier: Apache-2.0
"""A gate of a test's own: lists and key file in a folder, asked over ASGI without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from krama.gate.app import Gate
from krama.gate.place import Place
from krama.ledger import SigningKey
from krama.ledger.machines import FILE, Machine, Machines, secret_hash, write_machines
from krama.signals import HashList, Signal, publish_snapshot
from krama.signals.snapshot import versions
from krama.testing.pictures import landscape

SIGNER = SigningKey("krama-gates-test", b"g" * 32)
TOKEN, OTHER = "krama_aaaa_secret", "krama_bbbb_secret"
PICTURE = landscape(3, size=(320, 240))
MACHINES = (
    Machine("aaaa", "App", secret_hash("secret"), ("scan",)),
    Machine("bbbb", "Other", secret_hash("secret"), ("cases:read",)),
)


def publish(folder: Path, lists: Iterable[tuple[HashList, Iterable[Signal]]]) -> str:
    return publish_snapshot(folder, lists, now=datetime.now(UTC)).version


def tell(folder: Path, *, issued: datetime | None = None, machines: tuple[Machine, ...] = MACHINES) -> Machines:
    """Write the key file as the server does."""
    import hashlib

    from krama.signals import current_version

    folder.mkdir(parents=True, exist_ok=True)
    version = current_version(folder) or ""
    used = versions(folder, version) if version else []
    digests = tuple((one, hashlib.sha256((folder / one / "manifest.json").read_bytes()).hexdigest()) for one in used)
    known = Machines(issued or datetime.now(UTC), machines, version, tuple(sorted(digests)))
    (folder / FILE).write_text(write_machines(known, SIGNER))
    return known


def place(tmp: Path, **facts: Any) -> Place:
    made = Place(
        str(tmp / "lists"), SIGNER.public, tmp / "gate", tmp / "keys", "http://localhost:1", None, "krama_cccc_x"
    )
    return replace(made, **facts)


@dataclass
class Said:
    """An answer. `json` is the body, read."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    gate: Gate,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    media: str = "application/json",
    key: str = TOKEN,
    length: int | None = None,
    cut: int | None = None,
    **headers: str,
) -> Said:
    """One request. `length`: another Content-Length than the body's, below 0 none; `cut`: the body ends there."""
    return asyncio.run(asked(gate, method, path, body, media=media, key=key, length=length, cut=cut, **headers))


async def asked(
    gate: Gate,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    media: str = "application/json",
    key: str = TOKEN,
    length: int | None = None,
    cut: int | None = None,
    **headers: str,
) -> Said:
    given = {"content-type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if key:
        given["authorization"] = f"Bearer {key}"
    if length is None or length >= 0:
        given["content-length"] = str(len(body) if length is None else length)
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    pieces = [body[:cut][at : at + 65_536] for at in range(0, len(body[:cut]), 65_536)] or [b""]
    waiting = iter(pieces)
    said = Said(0)

    async def receive() -> dict[str, Any]:
        piece = next(waiting, None)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.status = message["status"]
            said.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            said.body += message["body"]

    await gate(scope, receive, send)
    return said


def form(data: bytes, context: dict[str, str] | None = None, *, name: str = "file") -> tuple[bytes, str]:
    """A form with one file, and its media type."""
    parts = []
    if context is not None:
        field_of = b'--BOUND\r\nContent-Disposition: form-data; name="context"\r\n\r\n'
        parts.append(field_of + json.dumps(context).encode() + b"\r\n")
    head = f'--BOUND\r\nContent-Disposition: form-data; name="{name}"; filename="x.jpg"\r\n\r\n'
    parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + b"--BOUND--\r\n", "multipart/form-data; boundary=BOUND"


def upload(gate: Gate, data: bytes, context: dict[str, str] | None = None, **facts: Any) -> Said:
    body, media = form(data, context)
    return ask(gate, "POST", "/api/v1/scan", body, media=media, **facts)

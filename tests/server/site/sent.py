# SPDX-License-Identifier: Apache-2.0
"""A child at a real `krama serve`, over a socket: raw answers, as an old phone's browser would get them."""

from __future__ import annotations

import html
import re
import socket
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

PAGES = ("/report", "/report?lang=en", "/learn", "/learn/nowhere", "/time")


@dataclass
class Answer:
    """`headers` as they came, each name in small letters."""

    status: int
    headers: list[tuple[str, str]]
    page: str

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


def raw(
    port: int,
    path: str,
    fields: dict[str, str] | None = None,
    *,
    version: str = "1.0",
    source: str = "127.0.0.1",
    **more: str,
) -> Answer:
    """One request by hand: no keep-alive, no gzip, nothing that HTTP/1.0 does not know."""
    body = urllib.parse.urlencode(fields).encode() if fields is not None else b""
    lines = [f"{'POST' if fields is not None else 'GET'} {path} HTTP/{version}", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in more.items()]
    if fields is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    if version != "1.0":
        lines.append("Connection: close")
    with socket.create_connection(("127.0.0.1", port), 30, (source, 0)) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return _read(b"".join(iter(lambda: wire.recv(65536), b"")))


def _read(got: bytes) -> Answer:
    head, _, body = got.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    return Answer(int(first.split()[1]), headers, html.unescape(body.decode()))


@dataclass
class Sent:
    """One visit at the report page; every answer that it got is kept."""

    port: int
    more: dict[str, Any] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    @property
    def page(self) -> str:
        return self.answers[-1].page

    def open(self, path: str = "/report?lang=en") -> Sent:
        self.answers.append(raw(self.port, path, **self.more))
        return self

    def send(self, **fields: str) -> Sent:
        token = re.search(r'name="t" value="([^"]+)"', self.page)
        assert token, self.page
        self.answers.append(raw(self.port, "/report", {"t": token[1], "lang": "en"} | fields, **self.more))
        return self

    def tell(self, words: str) -> str:
        """A whole report; its receipt's code."""
        self.open().send(topic="threat").send(answer=words, do="send").send(do="code")
        found = re.search(r'class="code"[^>]*>([0-9 ]+)<', self.page)
        assert found, self.page
        return found[1].replace(" ", "")

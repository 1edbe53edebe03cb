# SPDX-License-Identifier: Apache-2.0
"""A visitor of a real `krama serve`: cookies, forms filled with canaries, and a canary in every header it may send."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tests.canaries.html import Form
from tests.canaries.values import Canaries

EDGE = "edge7f3a"
SPOKEN = ("User-Agent", "X-Forwarded-For", "X-Request-Id", "Origin-Note")


@dataclass(frozen=True)
class Answer:
    status: int
    where: str
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass
class Browser:
    """One person or machine. `headers` are sent with each request."""

    port: int
    canaries: Canaries
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    at: str = "127.0.0.1"  # whence it calls

    def __post_init__(self) -> None:
        self.headers |= {name: self.canaries.new(f"header {name}") for name in SPOKEN}
        self.cookies["note"] = self.canaries.new("header Cookie")
        self.headers["Referer"] = f"http://localhost:{self.port}/cases?q={self.canaries.new('header Referer')}"

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "", **more: str) -> Answer:
        headers = {"Host": f"localhost:{self.port}"} | self.headers
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers |= {"Content-Type": kind} if kind else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=180, source_address=(self.at, 0))
        connection.request(method, path, body, {name: _latin(value) for name, value in headers.items()})
        got = connection.getresponse()
        answer = Answer(got.status, got.headers["Location"] or "", got.headers["Content-Type"] or "", got.read())
        connection.close()
        for cookie in got.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        self.answers.append((f"{method} {path}", answer))
        return answer

    def json(self, method: str, path: str, body: object, **more: str) -> Answer:
        return self.ask(method, path, json.dumps(body).encode(), "application/json", **more)

    def send(self, path: str, form: Form, values: Mapping[str, list[str]], files: Mapping[str, str]) -> Answer:
        """As a browser does: in the address, as a form, or in parts where there is a file."""
        pairs = [(name, value) for name, several in values.items() for value in several]
        if form.method == "get":
            return self.get(f"{path.partition('?')[0]}?{urlencode(pairs)}")
        pairs.append(("csrfmiddlewaretoken", self.cookies.get("krama_csrf", "")))
        if files:
            return self.ask("POST", path, parts(pairs, files), f"multipart/form-data; boundary={EDGE}")
        return self.ask("POST", path, urlencode(pairs).encode(), "application/x-www-form-urlencoded")


def parts(pairs: list[tuple[str, str]], files: Mapping[str, str | bytes]) -> bytes:
    """Multipart; a file's name is its content, so that both are searched for."""
    out = []
    for name, value in pairs:
        out.append(f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, held in files.items():
        shown = held if isinstance(held, str) else name
        content = held.encode() if isinstance(held, str) else held
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{shown}.txt"\r\n\r\n'.encode()
        out.append(head + content + b"\r\n")
    return b"".join(out) + f"--{EDGE}--\r\n".encode()


def _latin(value: str) -> str:
    """A header is Latin-1; Khmer goes as browsers send it."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return quote(value)
    return value

# SPDX-License-Identifier: Apache-2.0
"""Who calls a real `krama serve` over HTTP: a person without a screen, a program with a key, a receiver of webhooks."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from krama.connectors import verify
from tests.server.houses import free_port


class Fields(HTMLParser):
    """What the form at `action` holds as its page shows it: what a browser would send."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select, self.area = action, False, "", ""
        self.values: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action", "") == self.action
        if not self.inside:
            return
        name, value = given.get("name", ""), given.get("value", "")
        ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
        elif tag == "option" and "selected" in given:
            self.values.setdefault(self.select, []).append(value)
        elif tag == "input" and name and ticked:
            self.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.values.setdefault(self.area, []).append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = self.area if tag != "textarea" else ""


class Person:
    """Somebody's browser without a screen; with a role, one of the demo's invented people, become with a click."""

    def __init__(self, url: str, role: str = "") -> None:
        self.url, self.jar = url, CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar))
        self.read("/start")
        if role:
            self.send("/start/become", role=role)

    def read(self, path: str) -> str:
        return self._open(Request(self.url + path))

    def send(self, path: str, **fields: object) -> str:
        """A form posted; the page one ends up on."""
        token = next(cookie.value or "" for cookie in self.jar if cookie.name == "krama_csrf")
        body = urlencode(fields, doseq=True).encode()
        return self._open(Request(self.url + path, body, {"X-CSRFToken": token, "Accept-Language": "en"}))

    def fill(self, path: str, action: str = "", **changed: object) -> str:
        """The form at `action` on this page, with these fields changed; a form without one answers at its own page."""
        fields: dict[str, object] = dict(Fields(self.read(path), action).values)
        return self.send(action or path, **{**fields, **changed})

    def _open(self, request: Request) -> str:
        try:
            with self._opener.open(request, timeout=120) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read().decode()[-3000:]}") from error


class Machine:
    """The firm's own program with one key."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = f"{url}/api/v1", key

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": "en"}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        return self._open(Request(self.url + path, json.dumps(body).encode() if body is not None else None, headers))

    def upload(self, data: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "multipart/form-data; boundary=b"}
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.jpg"\r\n\r\n'
        return self._open(Request(f"{self.url}/scan", head + data + b"\r\n--b--\r\n", headers))

    def _open(self, request: Request) -> Any:
        try:
            with build_opener().open(request, timeout=120) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read().decode()}") from error


class Receiver:
    """Takes signed orders and keeps their ids; the firm confirms them when it likes."""

    def __init__(self, port: int) -> None:
        self.url, self.secret, self.orders = f"http://localhost:{port}/hook", "", list[str]()
        self.call_secret, self.links = "", list[str]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if b'"type":"alarm.' in body:  # somebody is woken
                    outer.links.append(verify(outer.call_secret, dict(self.headers), body)["data"]["link"])
                else:
                    outer.orders.append(verify(outer.secret, dict(self.headers), body)["data"]["id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_said: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", port), Handler)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver(free_port())
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()

# SPDX-License-Identifier: Apache-2.0
"""The client a firm's own process calls Krama with.

It never retries by itself: only the firm knows whether the person who uploads is still waiting, and whether the
content is held back meanwhile. Each call may simply be made again: a scan of the same content joins the same case, a
confirmation given twice counts once. Every error is a `KramaError`; its `permanent` says whether again can help.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import h11

from krama.connectors.errors import BadAnswer, ServerFault, Unreachable, Untrusted
from krama.connectors.wire import Answer, Exchange
from krama.errors import BadInput, Busy, Conflict, KramaError, NotAllowed, NotFound, TooLarge

_BY_STATUS: dict[int, type[KramaError]] = {
    401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 413: TooLarge, 429: Busy, 503: Busy,
}  # fmt: skip


class KramaClient:
    """Calls one Krama with one key. Safe to share between threads: each call opens its own connection.

    `timeout` bounds a whole call, `leave_wait` the wait for `100 Continue` before an upload is sent anyway; both in
    seconds. Over https the certificate is verified (`tls` gives another context, for a firm's own authority). Over
    plain http the key could be read on the way, so that is refused but on loopback, or where `plain_http` allows it.
    """

    def __init__(
        self, url: str, key: str, *, timeout: float = 30.0, leave_wait: float = 1.0,
        tls: ssl.SSLContext | None = None, plain_http: bool = False,
    ) -> None:  # fmt: skip
        parts = urlsplit(url.rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput("The address of Krama begins with https:// (or http:// on this machine).", url=url)
        if parts.scheme == "http" and not (plain_http or _on_this_machine(parts.hostname)):
            raise BadInput("Over plain http the key could be read on the way: use https.", url=url)
        if not (key.isascii() and key.isprintable() and key.strip()):
            raise BadInput("The key is empty, or holds characters that no key has.")
        self._host, self._port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self._authority, self._path = parts.netloc.rpartition("@")[2], parts.path
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._authorization, self._timeout, self._leave_wait = f"Bearer {key}", timeout, leave_wait

    def scan(
        self, data: bytes | memoryview, *, filename: str = "upload", context: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Ask what this content is. The answer's `verdict` is `block`, `review` or `allow`.

        `context` holds the firm's own opaque ids (`content_id`, `account_id`): a measure comes back with them.
        """
        boundary = secrets.token_hex(16)
        body = _multipart(boundary, data, filename, context or {})
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Expect": "100-continue"}
        return self._post("/scan", headers, body, leave_wait=self._leave_wait)

    def confirm(self, measure_id: str, state: Literal["done", "failed"]) -> dict[str, Any]:
        """Tell Krama that an ordered measure was carried out, or could not be."""
        body = json.dumps({"state": state}).encode()
        path = f"/measures/{quote(measure_id, safe='')}/confirmation"
        return self._post(path, {"Content-Type": "application/json"}, [body], leave_wait=0)

    def checked(self, measure_id: str, state: Literal["holds", "gone"]) -> dict[str, Any]:
        """Answer Krama's `measure.check`: does what was done still hold?"""
        body = json.dumps({"state": state}).encode()
        path = f"/measures/{quote(measure_id, safe='')}/check"
        return self._post(path, {"Content-Type": "application/json"}, [body], leave_wait=0)

    def deliver(self, detections: list[dict[str, Any]], counts: list[dict[str, Any]]) -> dict[str, Any]:
        """Bring what a gate found and counted; the gate calls this. The same detection twice is kept once."""
        body = json.dumps({"detections": detections, "counts": counts}).encode()
        return self._post("/detections", {"Content-Type": "application/json"}, [body], leave_wait=0)

    def report(
        self, topic: str, words: str = "", *, key: str, receipt: bool = False, emergency: bool = False, **said: str
    ) -> dict[str, Any]:
        """Send what somebody told your app. `help` in the answer holds the numbers to show them.

        `key` is one new random value for each report (`secrets.token_hex(16)`), kept with it until Krama has answered
        and sent again with it: then it is one report, and the same receipt. `said` may hold `where`, `who`, `age`,
        `sex`, `known`, `peer`, `back`, `back_to`, `back_hour`, `language`, `content_id` and `account_id`.
        """
        if not (key.isascii() and key.isprintable() and key.strip()):
            raise BadInput("The key of a report is empty, or holds characters that a header cannot carry.")
        whole = {"topic": topic, "words": words, "receipt": receipt, "emergency": emergency, **said}
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._post("/reports", headers, [json.dumps(whole).encode()], leave_wait=0)

    def _post(
        self, path: str, headers: dict[str, str], body: Sequence[bytes | memoryview], *, leave_wait: float
    ) -> dict[str, Any]:
        always = {
            "Host": self._authority, "Authorization": self._authorization, "Accept": "application/json",
            "Connection": "close", "Content-Length": str(sum(len(part) for part in body)),
        }  # fmt: skip
        target = f"{self._path}/api/v1{path}"
        request = h11.Request(method="POST", target=target, headers=list((always | headers).items()))
        deadline = time.monotonic() + self._timeout
        try:
            with self._connect() as connection:
                return _read(Exchange(connection, deadline).run(request, body, leave_wait=leave_wait))
        except ssl.SSLCertVerificationError as error:
            raise Untrusted(
                f"The certificate of {self._host} could not be verified: {error.verify_message}."
            ) from error
        except TimeoutError as error:
            raise Unreachable(f"Krama at {self._host} did not answer within {self._timeout:g} seconds.") from error
        except OSError as error:
            raise Unreachable(f"Krama at {self._host} could not be reached: {error}.") from error

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self._host, self._port), timeout=self._timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=self._host)
        except BaseException:
            connection.close()
            raise


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _multipart(
    boundary: str, data: bytes | memoryview, filename: str, context: Mapping[str, str]
) -> list[bytes | memoryview]:
    """The form as pieces; the content is one of them, uncopied. The context goes first: it is small."""
    name = filename.replace("\\", "_").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = f"--{boundary}\r\n"
    if context:
        field = json.dumps(dict(context), ensure_ascii=False)
        head += f'Content-Disposition: form-data; name="context"\r\n\r\n{field}\r\n--{boundary}\r\n'
    head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    return [head.encode(), memoryview(data).cast("B"), f"\r\n--{boundary}--\r\n".encode()]


def _read(answer: Answer) -> dict[str, Any]:
    """The answer as a dict; a problem (RFC 9457) as the error that it names."""
    if 300 <= answer.status < 400:
        place = answer.headers.get("location", "elsewhere")
        raise BadAnswer(f"Krama moved to {place}; a key is never sent on to another address.", status=answer.status)
    try:
        content = json.loads(answer.body) if answer.body else {}
    except ValueError:
        content = None
    if answer.status >= 400:
        raise _error(answer, content if isinstance(content, dict) else {})
    if not isinstance(content, dict):
        raise BadAnswer(status=answer.status)
    return content


def _error(answer: Answer, problem: dict[str, Any]) -> KramaError:
    kind = _BY_STATUS.get(answer.status) or (ServerFault if answer.status >= 500 else BadInput)
    detail = problem.get("detail") or problem.get("title") or ""
    return kind(str(detail), status=answer.status, retry_after=answer.headers.get("retry-after"), problem=problem)

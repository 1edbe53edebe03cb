# SPDX-License-Identifier: Apache-2.0
"""A Krama of sixty lines for the demo app's tests: it answers as the API does, and remembers what it was asked."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a-key-of-this-test"


@dataclass
class FakeKrama:
    """Set `verdict` and `confirms` before; read `scans` and `confirmations` after."""

    verdict: str = "allow"
    confirms: int = 200  # the status a confirmation is answered with
    away: bool = False
    media_type: str | None = "image/jpeg"
    scans: list[dict[str, str]] = field(default_factory=list)
    confirmations: list[tuple[str, str]] = field(default_factory=list)  # those answered 2xx
    checks: list[tuple[str, str]] = field(default_factory=list)  # answers to measure.check
    tries: int = 0  # confirmations asked for
    answers: threading.Event = field(default_factory=threading.Event)  # clear it, and a scan waits for its answer

    def __post_init__(self) -> None:
        self.answers.set()

    def __enter__(self) -> FakeKrama:
        krama = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_expect_100(self) -> bool:
                if krama.refusal(self.headers["Authorization"]):
                    return True  # do_POST answers, and the upload is never sent
                return super().handle_expect_100()

            def do_POST(self) -> None:
                status = krama.refusal(self.headers["Authorization"])
                answer: dict[str, Any] = {"detail": "Not now."}
                if not status:
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    status, answer = krama.answer(self.path, self.headers["Content-Type"], body)
                self.send_response(status)
                data = json.dumps(answer).encode()
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def refusal(self, authorization: str | None) -> int:
        if self.away:
            return 503
        return 0 if authorization == f"Bearer {KEY}" else 401

    def answer(self, path: str, kind: str, body: bytes) -> tuple[int, dict[str, Any]]:
        parts = path.strip("/").split("/")
        if parts == ["api", "v1", "scan"]:
            return 200, self._scan(kind, body)
        if parts[:3] == ["api", "v1", "measures"] and parts[4:] == ["confirmation"]:
            self.tries += 1
            if self.confirms < 300:
                self.confirmations.append((parts[3], json.loads(body)["state"]))
            return self.confirms, {}
        if parts[:3] == ["api", "v1", "measures"] and parts[4:] == ["check"]:
            self.checks.append((parts[3], json.loads(body)["state"]))
            return 200, {}
        return 404, {"detail": "No such page."}

    def _scan(self, kind: str, body: bytes) -> dict[str, Any]:
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        fields = {p.get_param("name", header="content-disposition"): p.get_payload(decode=True) for p in form.walk()}
        self.scans.append(json.loads(fields["context"]))  # type: ignore[arg-type]
        self.answers.wait(10)
        reason = {"block": "match", "allow": "no_match", "review": "truncated"}[self.verdict]
        content = {"sha256": hashlib.sha256(fields["file"]).hexdigest(), "media_type": self.media_type}  # type: ignore[arg-type]
        return {"scan_id": "s", "verdict": self.verdict, "reason": reason, "matches": [], "content": content,
                "snapshot": "1", "took_ms": 1.0}  # fmt: skip

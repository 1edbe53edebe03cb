# SPDX-License-Identifier: Apache-2.0
"""The firm's own app, as far as Krama sees it: it takes measures, and keeps what it was sent. Loopback only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Firm:
    port: int = 0
    received: list[bytes] = field(default_factory=list)


@contextmanager
def answering() -> Iterator[Firm]:
    firm = Firm()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            firm.received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    firm.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield firm
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

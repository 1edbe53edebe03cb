# SPDX-License-Identifier: Apache-2.0
"""What stands outside: an operator's gateway that takes SMS, and a mail server. Both keep what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

from tests.server.houses import free_port


@dataclass
class Outside:
    """`sms` and `mails` hold what arrived; `status` is what the gateway answers."""

    sms_url: str = ""
    mail_url: str = ""
    status: int = 202
    sms: list[dict[str, str]] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.sms) + len(self.mails)


@contextmanager
def standing() -> Iterator[Outside]:
    """Both servers, on this machine."""
    outside = Outside()
    gateway = ThreadingHTTPServer(("127.0.0.1", 0), _gateway(outside))
    thread = threading.Thread(target=gateway.serve_forever, daemon=True)
    thread.start()
    mails = Controller(_Mails(outside), hostname="127.0.0.1", port=free_port())
    mails.start()
    outside.sms_url = f"http://127.0.0.1:{gateway.server_port}/cgi-bin/sendsms?to={{to}}&text={{text}}&coding=2"
    outside.mail_url = f"smtp://127.0.0.1:{mails.port}/?from=no-reply@firm.example"
    try:
        yield outside
    finally:
        mails.stop()
        gateway.shutdown()
        gateway.server_close()
        thread.join()


def _gateway(outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = parse_qs(urlsplit(self.path).query)
            outside.sms.append({name: values[0] for name, values in said.items()})
            self.send_response(outside.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    return Handler


class _Mails:
    """What aiosmtpd calls."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.outside.mails.append(envelope)
        return "250 OK"

# SPDX-License-Identifier: Apache-2.0
"""What the tests of the emergency lane stand on: a clock set by hand, a tree, an emergency, and channels that are real
servers on this machine, which record what came and fail as a test says.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.server import builders
from tests.server.houses import free_port

START = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)  # half past three at night in Phnom Penh
TOKEN = "123456789:AAE0not-a-real-token-of-any-bot_0000"
LINK = re.compile(r"/wake/([A-Za-z0-9_-]{27})")


class Clock:
    """What time it is, for Krama."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Desk:
    """One HTTP server that records; `how` says what it answers: a status, a header, a body, or half of one."""

    status: int = 200
    retry_after: str = ""
    body: bytes = b""
    half: bool = False
    silent: bool = False
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Channels:
    """Everything that stands outside."""

    sms: Desk
    telegram: Desk
    webhook: Desk
    mails: list[Any] = field(default_factory=list)
    refuse: str = ""  # what the mail server says to a recipient, such as "550 no such user"
    mail_port: int = 0

    def texts(self) -> list[str]:
        """Every message that came in, by whichever channel."""
        found = [envelope.content.decode() for envelope in self.mails]
        found += [path for path, _headers, _body in self.sms.got]
        return found + [body.decode() for desk in (self.telegram, self.webhook) for _p, _h, body in desk.got]

    def links(self) -> list[str]:
        return [token for text in self.texts() for token in LINK.findall(_plain(text))]


def _plain(text: str) -> str:
    from email import message_from_string
    from email.policy import default
    from urllib.parse import unquote

    if text.startswith("Content-Type"):
        return str(message_from_string(text, policy=default).get_content())
    return unquote(text)


@contextmanager
def standing() -> Iterator[Channels]:
    with _desk() as sms, _desk() as telegram, _desk() as webhook:
        telegram.body = json.dumps({"ok": True, "result": {"message_id": 7}}).encode()
        channels = Channels(sms, telegram, webhook, mail_port=free_port())
        post = Controller(_Post(channels), hostname="127.0.0.1", port=channels.mail_port)
        post.start()
        try:
            yield channels
        finally:
            post.stop()


@contextmanager
def _desk() -> Iterator[Desk]:
    desk = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answers(desk))
    server.daemon_threads = True
    desk.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answers(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, said: bytes) -> None:
            desk.got.append((self.path, dict(self.headers.items()), said))
            if desk.silent:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(desk.status)
            if desk.retry_after:
                self.send_header("Retry-After", desk.retry_after)
            self.send_header("Content-Length", str(len(desk.body)))
            self.end_headers()
            self.wfile.write(desk.body[: len(desk.body) // 2] if desk.half else desk.body)

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    return Handler


class _Post:
    """What aiosmtpd calls."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.channels.refuse:
            return self.channels.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.channels.mails.append(envelope)
        return "250 OK"


def configure(settings: Any, channels: Channels, folder: Any) -> None:
    """The settings of a home whose channels these are."""
    from krama.server.site.mail import mail_settings

    settings.KRAMA_EMAIL_URL = f"smtp://127.0.0.1:{channels.mail_port}/?from=no-reply@firm.example"
    for name, value in mail_settings(settings.KRAMA_EMAIL_URL).items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.KRAMA_SMS_SEND_URL = f"{channels.sms.url}/sendsms?to={{to}}&text={{text}}"
    settings.KRAMA_TELEGRAM_API = channels.telegram.url
    token = folder / "bot-token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    settings.KRAMA_TELEGRAM_TOKEN_FILE = str(token)


def address(channels: Channels, channel: str) -> str:
    return {
        "mail": "on-call@firm.example",
        "sms": "+855 12 345 678",
        "telegram": "987654321",
        "webhook": f"{channels.webhook.url}/hook",
    }[channel]


def tree(channels: Channels, *steps: list[tuple[Any, str]], minutes: int = 5, language: str = "en") -> list[Any]:
    """A call tree: for each step its people, each with a channel. Gives the ways, in this order."""
    from krama.server.callout.actions.tree import add_step, add_way
    from krama.server.trail.actor import TERMINAL

    ways = []
    for people in steps:
        step = add_step(TERMINAL, minutes=minutes)
        for person, channel in people:
            facts = {"channel": channel, "address": address(channels, channel), "language": language}
            ways.append(add_way(TERMINAL, step=step.pk, person=person, **facts))
    return ways


def emergency(**facts: Any) -> Any:
    """A case in which somebody says that a child is in danger now."""
    from krama.server.cases.collecting.collect import mark_emergency

    case = builders.case(**facts)
    mark_emergency(case)
    return case


def rounds(count: int = 4) -> None:
    """This room's part of the loop, and every task that is due, until nothing is left to do now."""
    from krama.server.outbox import loop
    from krama.server.outbox.registry import ROUNDS

    for _ in range(count):
        ROUNDS["callout.alarms"]()
        loop._tasks()

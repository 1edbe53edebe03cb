# SPDX-License-Identifier: Apache-2.0
"""The newest checkpoint goes out once a day, over a real socket, and a letter that cannot leave is an alarm."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from krama.errors import BadHome
from krama.ledger import open_checkpoint
from krama.server.desk.state import alarms
from krama.server.outbox import loop
from krama.server.outbox.models import Task
from krama.server.site import witness_mail
from krama.server.site.mail import mail_settings
from krama.server.trail.actions import record
from krama.server.trail.actor import TERMINAL
from krama.server.trail.events import Event
from krama.server.trail.export import place_all
from krama.server.trail.seal import signing_key
from tests.server.builders import person

pytestmark = pytest.mark.loopback


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a sender needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                data = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(data.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")


@pytest.fixture
def post_office() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.letters = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailed(settings: Any, post_office: Any) -> Any:
    port = post_office.server_address[1]
    for name, value in mail_settings(f"smtp://127.0.0.1:{port}?from=krama@example.org").items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.KRAMA_WITNESS_EMAIL = "auditor@example.org"
    record(TERMINAL, Event.TRAIL_CHECKED, subject_kind="trail", subject_id="all")
    place_all()
    return post_office


@pytest.mark.django_db
def test_the_checkpoint_in_the_letter_is_signed_and_goes_out_once_a_day(mailed: Any) -> None:
    loop.go_round()
    loop.go_round()
    assert len(mailed.letters) == 1
    letter = mailed.letters[0].replace("\r\n", "\n")
    assert "To: auditor@example.org" in letter
    import email
    from email.message import Message

    parts = [part for part in email.message_from_string(letter).walk() if part.get_filename() == "checkpoint"]
    part: Message = parts[0]
    note = part.get_payload(decode=True)
    assert isinstance(note, bytes)
    assert open_checkpoint(note.decode(), signing_key().public) is not None


@pytest.mark.django_db
def test_a_letter_that_cannot_leave_is_tried_again_and_is_an_alarm(mailed: Any, settings: Any) -> None:
    settings.EMAIL_PORT = 9  # nobody listens
    loop.go_round()
    assert not any("e-mail" in alarm["text"] for alarm in alarms(person("officer")))
    Task.objects.filter(kind=witness_mail.KIND).update(next_at="2026-01-01T00:00:00Z")
    loop.go_round()
    assert any("e-mail" in alarm["text"] for alarm in alarms(person("officer")))
    settings.EMAIL_PORT = mailed.server_address[1]
    Task.objects.filter(kind=witness_mail.KIND).update(next_at="2026-01-01T00:00:00Z")
    loop.go_round()
    assert len(mailed.letters) == 1
    assert not any("e-mail" in alarm["text"] for alarm in alarms(person("officer")))


def test_mail_never_leaves_this_machine_in_clear() -> None:
    assert mail_settings("smtp://mail.example.org?from=a@b.example")["EMAIL_USE_TLS"] is True
    assert mail_settings("smtps://u:p%40@mail.example.org?from=a@b.example")["EMAIL_HOST_PASSWORD"] == "p@"
    assert mail_settings("smtps://mail.example.org?from=a@b.example")["EMAIL_USE_SSL"] is True
    assert mail_settings("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    for url in ("http://mail.example.org", "smtp://?from=a@b.example", "smtp://u:secret@mail.example.org"):
        with pytest.raises(BadHome, match="KRAMA_EMAIL_URL cannot be read") as refused:
            mail_settings(url)
        assert "secret" not in refused.value.detail

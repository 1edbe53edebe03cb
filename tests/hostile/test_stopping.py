# SPDX-License-Identifier: Apache-2.0
"""Bodies that stop half-way, or come a byte at a time, hold neither seats nor threads for ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.hostile import files
from tests.hostile.house import Served, planted, served
from tests.hostile.wire import Sender
from tests.server.houses import House

pytestmark = pytest.mark.loopback
SECONDS = 3  # for a whole body, in this file; 60 by default


def stopped(server: Served) -> Sender:
    """An upload of which no more comes."""
    sender = Sender(server.port, server.key)
    sender.head(100_000)
    sender.send([b"--edge\r\n"])
    return sender


def test_stopped_bodies_are_ended_and_pages_do_not_wait_for_them(demo_pattern: House, tmp_path: Path) -> None:
    with served(demo_pattern, tmp_path, KRAMA_UPLOAD_SECONDS=str(SECONDS)) as server:
        uploads = [stopped(server) for _ in range(4)]
        forms = [Sender(server.port, "") for _ in range(40)]
        for sender in forms:
            sender.head(1000, path="/accounts/login", kind="application/x-www-form-urlencoded")
            sender.send([b"login="])
        time.sleep(0.3)
        busy = server.scan(files.picture("JPEG"))
        assert (busy.status, busy.headers["retry-after"]) == (503, "1")
        assert "try again" in busy.json["detail"]
        page = Sender(server.port, "")
        page.head(None, path="/start", method="GET", kind="")
        assert page.answer(2).status == 200, "a page waited for other people's bodies"
        for sender in uploads:
            answer = sender.answer(SECONDS + 5)
            assert (answer.status, answer.json["type"]) == (408, "urn:krama:problem:interrupted")
            assert "Send it again" in answer.json["detail"]
        assert {sender.answer(SECONDS + 5).status for sender in forms} == {408}
        assert server.scan(files.picture("JPEG")).status == 200


def test_a_byte_at_a_time_is_ended_too(demo_pattern: House, tmp_path: Path) -> None:
    with served(demo_pattern, tmp_path, KRAMA_UPLOAD_SECONDS="2") as server:
        sender = stopped(server)
        for _ in range(12):
            time.sleep(0.25)
            sender.send([b"x"])
        assert sender.answer(5).status == 408


@pytest.mark.every
def test_seen_red_under_plain_wsgi(demo_pattern: House, tmp_path: Path) -> None:
    arguments = ("--interface", "wsgi", "krama.server.site.rsgi:django")
    with planted(demo_pattern, tmp_path, *arguments, KRAMA_UPLOAD_SECONDS="1") as server:
        sender = stopped(server)
        with pytest.raises(TimeoutError):
            sender.answer(3)
        sender.socket.close()

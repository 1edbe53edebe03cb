# SPDX-License-Identifier: Apache-2.0
"""The mailbox of reports: each mail is stored as a report first, and only then leaves the mailbox.

Killed between the two, the mail is fetched again and is the same report. No more than a megabyte of one is fetched.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from django.conf import settings
from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from krama.errors import KramaError
from krama.server.intake.doors.addresses import Place, place_of
from krama.server.intake.doors.letter import READ

SCHEMES = ("imaps", "imap+starttls", "imap")
SILENCE, WHOLE, MOST = 15.0, 60.0, 50  # seconds of silence, seconds and mails of one round
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxAway(KramaError):
    """The mailbox did not answer as expected; the mails are still in it. Krama tries again."""

    code = "mailbox_away"
    permanent = False


def place() -> Place | None:
    """The mailbox of the settings; None when there is none."""
    url = settings.KRAMA_MAIL_URL
    return place_of("KRAMA_MAIL_URL", url, settings.KRAMA_MAIL_PASSWORD_FILE, SCHEMES) if url else None


def fetch(where: Place, store: Callable[[bytes, int], object], *, done: str = "") -> int:
    """Give each mail to `store`, then move it to the folder `done`, or delete it. Returns how many."""
    began, count = time.monotonic(), 0
    try:
        with closing(_Open(where)) as mailbox:
            for uid in mailbox.uids()[:MOST]:
                if time.monotonic() - began > WHOLE:
                    break
                raw, size = mailbox.peek(uid)
                store(raw, size)
                mailbox.finish(uid, done)
                count += 1
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ssl.SSLError) as problem:
        raise MailboxAway(f"The mailbox: {type(problem).__name__}.") from problem
    return count


class _Open:
    """One connection."""

    def __init__(self, where: Place) -> None:
        self._box = _connect(where)
        self._box.login(where.user, where.password, where.folder)

    def uids(self) -> list[str]:
        return self._box.uids("ALL")

    def peek(self, uid: str) -> tuple[bytes, int]:
        """The first megabyte, and how long the mail is; it stays unread in the mailbox."""
        answer: Any = self._box.client.uid("fetch", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{READ}>)")
        lines = answer[1] or []
        whole = b" ".join(line[0] if isinstance(line, tuple) else line for line in lines if line)
        raw = next((bytes(line[1]) for line in lines if isinstance(line, tuple)), b"")
        size = SIZE.search(whole)
        return raw, int(size[1]) if size else len(raw)

    def finish(self, uid: str, done: str) -> None:
        if done:
            self._box.move(uid, done)
        else:
            self._box.delete(uid)

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            self._box.logout()


def _connect(where: Place) -> BaseMailBox:
    if where.is_direct:
        return MailBox(where.host, where.port, timeout=SILENCE, ssl_context=ssl.create_default_context())
    if where.starts_tls:
        return MailBoxStartTls(where.host, where.port, timeout=SILENCE, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(where.host, where.port, timeout=SILENCE)

# SPDX-License-Identifier: Apache-2.0
"""An e-mail as a report: its words, who sent it, and how many attachments were left out. None is decoded or kept.

Bounded: only so many bytes, parts and nestings are looked at; whatever cannot be read is a report that says so.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr

from krama.server.intake.doors.gateway import decoded
from krama.server.intake.doors.plain import text_of
from krama.server.intake.words import one_line, typed

READ = 1024 * 1024  # bytes of one mail that are fetched; an attachment behind them never arrives here
MOST_PARTS, MOST_MARKS = 100, 400
LONGEST_WORDS, LONGEST_LINE = 200_000, 500
HEADERS = re.compile(rb"content-type\s*:", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class Letter:
    """What a mail says; its repr shows nothing."""

    sender: str
    id: str
    words: str
    left_out: int  # attachments and pictures, by count alone
    is_cut: bool  # longer than what is read, or not to be read at all


def read_letter(raw: bytes, *, size: int = 0) -> Letter:
    """Never an error: a mail that is no mail is a report with what could be read."""
    head, cut = raw[:READ], size > READ or len(raw) > READ
    if len(HEADERS.findall(head)) > MOST_MARKS:
        return _unreadable(head)
    try:
        return _read(message_from_bytes(head, policy=compat32), cut)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError, KeyError, AssertionError):
        return _unreadable(head)


def _read(mail: Message, cut: bool) -> Letter:
    plain: list[str] = []
    marked: list[str] = []
    left_out = 0
    for number, part in enumerate(_leaves(mail)):
        if number >= MOST_PARTS:
            cut = True
            break
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or _is_attached(part):
            left_out += 1
        else:
            (plain if kind == "text/plain" else marked).append(_text(part))
    body = "\n".join(one for one in plain if one.strip()) or "\n".join(text_of(one) for one in marked)
    words = "\n".join(filter(None, [_header(mail, "Subject"), body]))
    sender = one_line(parseaddr(_header(mail, "From"))[1] or _header(mail, "From"), LONGEST_LINE)
    return Letter(sender, _header(mail, "Message-ID"), typed(words, LONGEST_WORDS), left_out, cut)


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail inside a mail is an attachment."""
    waiting = [mail]
    while waiting:
        part = waiting.pop(0)
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def _is_attached(part: Message) -> bool:
    named = part.get_param("name") or part.get_filename(failobj=None)
    return part.get_content_disposition() == "attachment" or bool(named)


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return decoded(raw, str(part.get_param("charset") or "")) if isinstance(raw, bytes) else ""


def _header(mail: Message, name: str) -> str:
    """A header in its letters; a broken one as it came."""
    value = str(mail.get(name, ""))[: 4 * LONGEST_LINE]
    try:
        pieces = [
            decoded(piece, charset or "") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(value)
        ]
    except (ValueError, LookupError, binascii.Error):
        pieces = [value]
    return one_line("".join(pieces), LONGEST_LINE)


def _unreadable(raw: bytes) -> Letter:
    """What the first lines say, so that a person can judge."""
    return Letter("", "", typed(decoded(raw[:4_000], ""), 4_000), 0, True)

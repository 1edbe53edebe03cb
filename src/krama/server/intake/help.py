# SPDX-License-Identifier: Apache-2.0
"""Numbers that help, also while the database is away: then those that came with Krama, or were last known here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from krama.countries import Contact, Pack, country, load_plain, with_days
from krama.server.web import facts
from krama.server.web.wording import corrected
from krama.text import BadEntry

SUPPORT, EMERGENCY = "child-helpline", ("police-command", "police-hotline")
FRESH = 5.0  # seconds for which the numbers are taken as read
_last: list[tuple[float, Pack]] = []
_shown: list[Any] = []  # what was published last, and the pack it makes; read when somebody asks: it takes a while


@dataclass(frozen=True)
class Line:
    """One number to call: as it is shown, and as a phone dials it."""

    id: str
    name: str
    number: str
    dial: str
    sms: str
    is_free: bool
    day_and_night: bool


def support(language: str) -> list[Line]:
    """Somebody to talk to."""
    return _lines((SUPPORT,), language)


def emergency(language: str) -> list[Line]:
    """Somebody who comes."""
    return _lines(EMERGENCY, language)


def pack_now() -> Pack:
    """The country as the firm confirmed it; what was last read when the database does not answer."""
    if not apps.is_installed("krama.server.countries"):
        return corrected(_published())
    if not _last or time.monotonic() - _last[0][0] > FRESH:
        _last[:] = [(time.monotonic(), _read())]
    return _last[0][1]


def _published() -> Pack:
    """On the public face run apart: as the console published it, else as it came with Krama."""
    body = facts.published("country")
    if not _shown or body is not _shown[0]:
        try:
            _shown[:] = [body, load_plain(with_days(body)) if body else country()]
        except (BadEntry, KeyError, TypeError, ValueError):
            return country()  # half a file or another version's: whoever asks for help gets numbers all the same
    return cast(Pack, _shown[1])


def exit_url() -> str:
    """Where quick exit leads: what the firm set, the country's neutral page, or our own with date and clock."""
    return settings.KRAMA_EXIT_URL or pack_now().neutral_page or "/time"


def _read() -> Pack:
    from krama.server.countries.queries import pack

    try:
        return pack()
    except (DatabaseError, InterfaceError):  # whoever asks for help gets the last known numbers, not an error
        return _last[0][1] if _last else country()


def _lines(ids: tuple[str, ...], language: str) -> list[Line]:
    found = [contact for id in ids if (contact := pack_now().contact(id))]
    return [_line(contact, phone, language) for contact in found for phone in contact.phones[:1]]


def _line(contact: Contact, phone: str, language: str) -> Line:
    return Line(
        contact.id,
        contact.text.in_(language),
        phone,
        phone.replace(" ", ""),
        contact.sms,
        contact.free,
        contact.hours == "day-and-night",
    )

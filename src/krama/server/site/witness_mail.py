# SPDX-License-Identifier: Apache-2.0
"""Once a day the newest checkpoint goes to a named address: whoever keeps it can show that the trail was cut.

It stands at the top because the trail and the outbox do not know each other. The letter names a log, a number and a
root; nothing in it is about anybody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from krama.server.outbox.actions import put, take_turn
from krama.server.trail.witness import NEWEST, last_witnessed

KIND = "trail.mail"
DAY = timedelta(days=1)
LETTER = """Keep this letter. With it comes a signed checkpoint of the trail {origin}, over {size} entries.

An auditor who has it finds any later cut or change of these entries:
  krama trail verify --bundle FILE --public-key FILE --checkpoint checkpoint
"""


def mail_round() -> int:
    """Wants a letter once a day; the wish and its turn are one, so that a kill loses no day."""
    if not settings.KRAMA_WITNESS_EMAIL or last_witnessed() is None:
        return 0
    with transaction.atomic():
        if not take_turn(KIND, every=DAY):
            return 0
        put(KIND, {})
    return 1


def send(_payload: dict[str, Any]) -> None:
    """Tried again by the outbox's schedule; a letter that comes twice does no harm."""
    known = last_witnessed()
    if known is None or not settings.KRAMA_WITNESS_EMAIL:
        return
    note = (settings.KRAMA_WITNESS / NEWEST).read_text()
    body = LETTER.format(origin=known.origin, size=known.size)
    letter = EmailMessage(f"Checkpoint of the trail: {known.size} entries", body, to=[settings.KRAMA_WITNESS_EMAIL])
    letter.attach("checkpoint", note.encode(), "application/octet-stream")  # byte for byte, as it was signed
    letter.send()

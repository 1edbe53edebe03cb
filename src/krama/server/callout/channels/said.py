# SPDX-License-Identifier: Apache-2.0
"""What is said to whom, and how a channel says that it could not. Never an address, never a token in an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

from django.utils import timezone

from krama.errors import KramaError

CODE = re.compile(r"[^a-z0-9_ .-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """One message: a reference, a clock and a link. Nothing about a child has a place in it."""

    call: UUID
    way: UUID
    kind: str
    ref: str
    at: datetime
    due: datetime | None
    subject: str
    text: str
    link: str = field(default="", repr=False)


class NotCalled(KramaError):
    """This channel did not take the message."""

    code = "not_called"

    def __init__(self, detail: str = "", *, again: bool = True, after: float = 0.0) -> None:
        self.why, self.again, self.after = CODE.sub("", detail)[:40], again, after
        super().__init__(f"Not called: {self.why}." if self.why else "")


def of_status(status: int, retry_after: str = "") -> NotCalled | None:
    """None for 2xx. What a second try cannot mend (most of 4xx) is not tried again: the next one is called at once."""
    if 200 <= status < 300:
        return None
    again = status >= 500 or status in (408, 425, 429)
    return NotCalled(f"answered {status}", again=again, after=seconds_of(retry_after))


def seconds_of(retry_after: str) -> float:
    """Retry-After as seconds or as a date (RFC 9110, 10.2.3); 0 when it says nothing that can be read."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else timezone.make_aware(at, timezone.get_default_timezone())
    return max((at - timezone.now()).total_seconds(), 0.0)

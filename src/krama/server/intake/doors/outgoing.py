# SPDX-License-Identifier: Apache-2.0
"""The one place where something goes out to a reporter: a neutral text, to the number or address they named.

The number is in memory while it is sent and nowhere else; an error names its kind alone.
"""

from __future__ import annotations

import re
import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage

from krama.errors import KramaError
from krama.server.intake.doors.addresses import sms_address
from krama.server.intake.doors.short import DIGITS, parts

NUMBER = re.compile(r"\+?[0-9]{6,15}")
ADDRESS = re.compile(r"[^\s@<>,;:\"'()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SECONDS = 10.0


class NotSent(KramaError):
    """The gateway did not take it; Krama tries again by its schedule, within the safe hours."""

    code = "not_sent"
    permanent = False


def number_of(said: str) -> str:
    """A telephone number as a gateway takes it; "" when it is none."""
    bare = re.sub(r"[\s.()/-]", "", said.translate(DIGITS))
    return bare if NUMBER.fullmatch(bare) else ""


def address_of(said: str) -> str:
    """An e-mail address; "" when it is none, or could be more than one."""
    bare = said.strip()
    return bare if bare.isascii() and ADDRESS.fullmatch(bare) else ""


def can_send(way: str) -> bool:
    """Whether this installation has such a way at all."""
    return bool({"sms": settings.KRAMA_SMS_SEND_URL, "mail": settings.KRAMA_EMAIL_URL}.get(way))


def send_sms(to: str, text: str) -> None:
    """Each part is one message; a gateway that refuses the first gets no second."""
    import httpx2  # an HTTP client is loaded by whoever sends, not by each command

    with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        for part in parts(text):
            url = sms_address(settings.KRAMA_SMS_SEND_URL, settings.KRAMA_SMS_PASSWORD_FILE, to=to, text=part)
            try:
                with client.stream("GET", url) as answer:
                    status = answer.status_code  # its body is nobody's business, and might never end
            except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
                raise NotSent(f"The SMS gateway: {type(problem).__name__}.") from problem
            if not 200 <= status < 300:
                raise NotSent(f"The SMS gateway answered {status}.")


def send_mail(to: str, subject: str, text: str) -> None:
    """No name, no picture, no link: what stands in an inbox tells nothing."""
    sender = settings.DEFAULT_FROM_EMAIL
    headers = {"Message-ID": make_msgid(domain=sender.rpartition("@")[2]), "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, text, sender, [to], headers=headers).send()
    except (OSError, smtplib.SMTPException) as problem:
        raise NotSent(f"The mail server: {type(problem).__name__}.") from problem

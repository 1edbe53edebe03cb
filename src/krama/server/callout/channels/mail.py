# SPDX-License-Identifier: Apache-2.0
"""By e-mail: the mail server that the home sends by already (`KRAMA_EMAIL_URL`)."""

from __future__ import annotations

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage

from krama.server.callout.channels.said import NotCalled, Said
from krama.server.intake.doors.outgoing import address_of


def clean(address: str) -> str:
    return address_of(address)


def is_set() -> bool:
    return bool(settings.KRAMA_EMAIL_URL)


def send(address: str, said: Said) -> None:
    sender = settings.DEFAULT_FROM_EMAIL
    headers = {
        "Message-ID": make_msgid(idstring=str(said.call), domain=sender.rpartition("@")[2]),
        "Auto-Submitted": "auto-generated",
        "Importance": "high",
    }
    try:
        EmailMessage(said.subject, said.text, sender, [address], headers=headers).send()
    except (OSError, smtplib.SMTPException) as problem:
        raise NotCalled(type(problem).__name__, again=not _is_final(problem)) from problem


def _is_final(problem: Exception) -> bool:
    """The server said 5xx of this address or of us: asking again at once changes nothing (RFC 5321, 4.2.1)."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in problem.recipients.values())
    return isinstance(problem, smtplib.SMTPResponseException) and problem.smtp_code >= 500

# SPDX-License-Identifier: Apache-2.0
"""By SMS: the gateway that the home sends by already (`KRAMA_SMS_SEND_URL`). Of its answer only the status counts."""

from __future__ import annotations

from django.conf import settings

from krama.errors import BadHome
from krama.server.callout.channels.calling import ask, check
from krama.server.callout.channels.said import NotCalled, Said
from krama.server.intake.doors.addresses import sms_address
from krama.server.intake.doors.outgoing import number_of
from krama.server.intake.doors.short import KHMER, parts


def clean(address: str) -> str:
    return number_of(address)


def is_set() -> bool:
    return bool(settings.KRAMA_SMS_SEND_URL)


def send(address: str, said: Said) -> None:
    """Latin letters go whole, the gateway joins them; Khmer as parts of 70, the link by itself and never cut."""
    for part in messages_of(said):
        try:
            url = sms_address(settings.KRAMA_SMS_SEND_URL, settings.KRAMA_SMS_PASSWORD_FILE, to=address, text=part)
        except BadHome as problem:
            raise NotCalled(problem.code, again=False) from problem
        check(ask("GET", url))


def messages_of(said: Said) -> list[str]:
    if not KHMER.search(said.text):
        return [said.text]
    return [*parts(said.text.removesuffix(said.link).strip()), *filter(None, [said.link])]

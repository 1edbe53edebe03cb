# SPDX-License-Identifier: Apache-2.0
"""Which file speaks which channel."""

from __future__ import annotations

from typing import Protocol

from krama.server.callout.channels import mail, sms, telegram, webhook
from krama.server.callout.channels.said import Said
from krama.server.callout.models import Channel


class Speaks(Protocol):
    """What each of them does."""

    def clean(self, address: str) -> str:
        """The address as it is called; "" when it is none."""

    def is_set(self) -> bool:
        """Whether this installation has such a way at all."""

    def send(self, address: str, said: Said) -> None:
        """`NotCalled` unless the other side took it."""


BY: dict[str, Speaks] = {
    Channel.MAIL: mail,
    Channel.SMS: sms,
    Channel.TELEGRAM: telegram,
    Channel.WEBHOOK: webhook,
}

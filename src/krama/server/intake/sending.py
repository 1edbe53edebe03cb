# SPDX-License-Identifier: Apache-2.0
"""One report that an app sends: what its Idempotency-Key gives, so that sent again it is the same report.

The key itself is never kept. From it, and from this home's secret, come the report's id, what tells another payload
apart, and the receipt's code; whoever holds only the data and the secret can make none of them again.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from krama.errors import BadInput
from krama.sealing import KeyedHash
from krama.server.web.idempotency import LONGEST, KeyMissing

SHORTEST = 16  # characters: the key stands for the receipt until it is shown, so it must not be guessed


class Sending:
    """`caller` is the app's key for the API, `key` the Idempotency-Key of this one report."""

    def __init__(self, caller: str, key: str | None) -> None:
        if not key:
            raise KeyMissing
        if not SHORTEST <= len(key) <= LONGEST:
            raise BadInput(
                f"The Idempotency-Key of a report has {SHORTEST} to {LONGEST} characters: make it at random.",
                field="Idempotency-Key",
            )
        house = KeyedHash(settings.SECRET_KEY.encode())
        self._own = KeyedHash(bytes.fromhex(house.of("report sent", f"{caller} {key}")))

    @property
    def pk(self) -> UUID:
        return UUID(self._own.of("report", "")[:32], version=4)

    @property
    def name(self) -> str:
        """What stands for the key where answers are remembered."""
        return self._own.of("answer", "")

    def fingerprint(self, payload: dict[str, Any]) -> str:
        """Tells another payload apart; without the key nobody can try words against it."""
        return self._own.of("payload", json.dumps(payload, sort_keys=True))

    def code_secret(self) -> bytes:
        """From which the receipt is made: asked again, it is the same."""
        return self._own.derive("receipt code")

    def __repr__(self) -> str:
        return "Sending(...)"

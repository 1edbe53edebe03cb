# SPDX-License-Identifier: Apache-2.0
"""Sessions in the database, sealed, under a hash of their name.

Whoever reads the table can neither use a session (the cookie is not in it) nor learn what it holds: a secret
that is being set up, a form that waits for a password. An old row in clear opens as an empty session.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from krama.errors import BadSeal
from krama.sealing import seal, unseal

PLACE = "session"


class SessionStore(InTheDatabase):
    """Django's own, with what it writes sealed."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        return base64.b64encode(seal(settings.KRAMA_SIGN_IN_KEY, plain, PLACE)).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            plain = unseal(settings.KRAMA_SIGN_IN_KEY, base64.b64decode(session_data), PLACE)
        except (BadSeal, ValueError):
            return {}
        held: dict[str, Any] = json.loads(plain)
        return held

    def exists(self, session_key: str) -> bool:
        return super().exists(named(session_key))

    def delete(self, session_key: str | None = None) -> None:
        name = session_key or self.session_key
        if name:
            super().delete(named(name))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.session_key = named(row.session_key)
        return row

    def _get_session_from_db(self) -> Session | None:
        if self.session_key:
            held = Session.objects.filter(session_key=named(self.session_key), expire_date__gt=timezone.now())
            for row in held:
                return row
        self._session_key = None
        return None


def named(session_key: str) -> str:
    """The name of its row: 160 bits of a hash, since the column holds 40 letters."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]

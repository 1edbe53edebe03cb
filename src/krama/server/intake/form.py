# SPDX-License-Identifier: Apache-2.0
"""The hidden sealed token: which report this page is about and where it stands. It takes the place of a cookie.

Nothing is kept on the server for a visit, and nothing on the phone: the token lies in the page alone.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import asdict, dataclass, replace
from functools import cache
from uuid import UUID, uuid4

from django.conf import settings

from krama.errors import BadSeal, KramaError
from krama.sealing import KeyedHash, seal, unseal

LASTS = 12 * 60 * 60  # seconds: a page left open over a school day still sends
PLACE = ("report form", "token")


class FormGone(KramaError):
    """This page was open too long, or it was changed; what is typed is kept, and a new page takes it."""

    code = "form_gone"
    public = True


@dataclass(frozen=True)
class Form:
    """`nonce` names this very page: what it sends twice is stored once. `reply` is the open receipt's private key."""

    report: str
    step: str = "topic"
    nonce: str = ""
    at: int = 0
    door: str = "page"
    content: str = ""
    account: str = ""
    reply: str = ""

    @property
    def pk(self) -> UUID:
        return UUID(self.report)

    def at_step(self, step: str, **changes: str) -> Form:
        """The next page of the same visit."""
        fields: dict[str, object] = {"step": step, "nonce": secrets.token_hex(16), "at": int(time.time()), **changes}
        return replace(self, **fields)  # type: ignore[arg-type]

    def sealed(self) -> str:
        plain = json.dumps(asdict(self), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(seal(_key(), plain, *PLACE)).decode().rstrip("=")

    def mark(self, *said: str) -> str:
        """A keyed hash of this page and what it sent: says nothing without the page."""
        return _hash().of(self.nonce, "\x1f".join(said))

    def code_secret(self) -> bytes:
        """From which this page's receipt is made: the same page sent twice shows the same code."""
        return bytes.fromhex(_hash().of("receipt", self.report + self.nonce)) + bytes.fromhex(self.nonce)


def fresh(*, content: str = "", account: str = "", door: str = "page") -> Form:
    """Page one of a new visit; nothing is stored until something is sent."""
    return Form(str(uuid4()), content=content, account=account, door=door).at_step("topic")


def opened(token: str) -> Form:
    """The form behind a token; `FormGone` when it is too old or not ours."""
    try:
        plain = unseal(_key(), base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), *PLACE)
        form = Form(**json.loads(plain))
    except (BadSeal, ValueError, TypeError, KeyError) as problem:
        raise FormGone from problem
    if not 0 <= time.time() - form.at <= LASTS:
        raise FormGone
    return form


@cache
def _hash() -> KeyedHash:
    return KeyedHash(settings.SECRET_KEY.encode())


@cache
def _key() -> bytes:
    return _hash().derive("report form")

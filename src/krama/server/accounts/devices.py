# SPDX-License-Identifier: Apache-2.0
"""A browser that signed in before: a signed cookie, so that its attempts are counted apart from a stranger's.

It opens nothing. Without it, whoever shares an address with a colleague, or knows their name, could keep them out
for as long as they like to guess (OWASP, "device cookies").
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from krama.server.accounts.models import User

SALT, AGE = "krama.accounts.device", 90 * 24 * 60 * 60


@dataclass(frozen=True)
class Device:
    """Made by us alone; `id` is random."""

    id: str
    person_id: str


def of(request: HttpRequest) -> Device | None:
    """The device that this request comes from, if it ever signed in; a forged or old cookie is none."""
    try:
        held = signing.loads(request.COOKIES.get(settings.KRAMA_DEVICE_COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    return Device(str(held["id"]), str(held["person"]))


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """After a sign-in: this browser is now known for this person."""
    user, known = request.user, of(request)
    if not isinstance(user, User) or (known and known.person_id == user.actor_id):
        return
    value = signing.dumps({"id": secrets.token_hex(16), "person": user.actor_id}, salt=SALT)
    response.set_cookie(
        settings.KRAMA_DEVICE_COOKIE,
        value,
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

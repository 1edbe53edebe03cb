# SPDX-License-Identifier: Apache-2.0
"""Reading accounts."""

from __future__ import annotations

import secrets

from django.db.models import QuerySet
from django.utils import timezone

from krama.server.accounts.actions import secret_hash
from krama.server.accounts.models import Key, User


def staff() -> QuerySet[User]:
    return User.objects.select_related("unit").order_by("-is_active", "name")


def keys() -> QuerySet[Key]:
    return Key.objects.select_related("owner").order_by("revoked_at", "-created_at")


def key_of(token: str) -> Key | None:
    """The key behind `krama_<prefix>_<secret>`, or None; compared in constant time."""
    head, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if head != "krama" or not prefix:
        return None
    key = Key.objects.filter(prefix=prefix, revoked_at=None).first()
    if key is None or not secrets.compare_digest(key.secret_hash, secret_hash(secret)):
        return None
    _note_use(key)
    return key


def _note_use(key: Key) -> None:
    # The day is enough to find unused keys, and spares a write per scan.
    today = timezone.localdate()
    if key.last_used_on != today:
        Key.objects.filter(pk=key.pk).update(last_used_on=today)

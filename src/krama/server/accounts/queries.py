# SPDX-License-Identifier: Apache-2.0
"""Reading accounts."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.utils import timezone

from krama.errors import NotFound
from krama.ledger.machines import Machine
from krama.server.accounts.actions import secret_hash
from krama.server.accounts.models import Key, User
from krama.server.accounts.second_factor import NEEDED


def staff() -> QuerySet[User]:
    return User.objects.select_related("unit").order_by("-is_active", "name")


def person_called(username: str) -> User:
    """By user name; `NotFound` when nobody has it."""
    found = User.objects.filter(username=username.lower()).first()
    if found is None:
        raise NotFound(f"There is no member of staff called {username!r}.")
    return found


def without_second_factor() -> QuerySet[User]:
    """Who may open identities, and has neither a second factor nor the firm's provider to ask for one."""
    people = User.objects.filter(is_active=True, role__in=NEEDED)
    holders = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user_id")
    return people.exclude(pk__in=holders)


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


def machines() -> tuple[Machine, ...]:
    """Every key that is not revoked, as gates are told of it."""
    rows = Key.objects.filter(revoked_at=None).order_by("prefix")
    return tuple(Machine(row.prefix, row.name, row.secret_hash, tuple(sorted(row.scopes))) for row in rows)


def _note_use(key: Key) -> None:
    # The day is enough to find unused keys, and spares a write per scan.
    today = timezone.localdate()
    if key.last_used_on != today:
        Key.objects.filter(pk=key.pk).update(last_used_on=today)

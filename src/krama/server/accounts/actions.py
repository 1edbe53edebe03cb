# SPDX-License-Identifier: Apache-2.0
"""Writing accounts: staff and keys."""

from __future__ import annotations

import secrets

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.ledger.machines import secret_hash as secret_hash
from krama.server.accounts.models import Key, Role, Scope, User
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


def random_password() -> str:
    """Four groups of five: about 99 bits, easy to read out."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


@transaction.atomic
def add_staff(actor: Actor, *, username: str, name: str, role: str, password: str, is_demo: bool = False) -> User:
    """A new member of staff; `BadInput` says which field is wrong."""
    if role not in Role.values:
        raise BadInput(f"There is no role {role!r}; the roles are {', '.join(Role.values)}.")
    user = User(username=username.lower(), name=name or username, role=role, is_demo=is_demo)
    _check(user, password)
    user.set_password(password)
    user.save()
    record(actor, Event.STAFF_ADDED, subject_kind="person", subject_id=user.pk, details={"role": role})
    return user


@transaction.atomic
def change_person(actor: Actor, *, person: User, name: str) -> User:
    """A person's own name, changed by them or by an administrator."""
    person.name = name
    person.save(update_fields=["name"])
    record(actor, Event.STAFF_CHANGED, subject_kind="person", subject_id=person.pk, details={"field": "name"})
    return person


@transaction.atomic
def administer_person(actor: Actor, *, person: User, role: str, is_active: bool) -> User:
    """Role and access, by somebody else; the last active administrator stays one."""
    # All administrators are locked, in one order: two who demote each other at one moment must not both succeed.
    active = Q(role=Role.ADMINISTRATOR, is_active=True)
    rows = {row.pk: row for row in User.objects.select_for_update().filter(active | Q(pk=person.pk)).order_by("pk")}
    locked = rows[person.pk]
    stays = role == Role.ADMINISTRATOR and is_active
    if locked.role == Role.ADMINISTRATOR and not stays and _other_administrators(locked) == 0:
        raise Conflict("This is the last active administrator; make another one first.")
    if (locked.role, locked.is_active) != (role, is_active):
        locked.session_epoch += 1  # nobody goes on working under a role they no longer have
    locked.role, locked.is_active = role, is_active
    locked.save(update_fields=["role", "is_active", "session_epoch"])
    details = {"role": role, "active": is_active}
    record(actor, Event.STAFF_CHANGED, subject_kind="person", subject_id=person.pk, details=details)
    return locked


@transaction.atomic
def review_person(actor: Actor, *, person: User) -> User:
    """Somebody else looked again at a person's role and access, and found them right."""
    if actor.actor_id == person.actor_id:
        raise BadInput("Nobody looks at their own role and access; let another administrator do it.")
    person.reviewed_at = timezone.now()
    person.save(update_fields=["reviewed_at"])
    details = {"role": person.role, "active": person.is_active}
    record(actor, Event.STAFF_REVIEWED, subject_kind="person", subject_id=person.pk, details=details)
    return person


@transaction.atomic
def name_at_provider(actor: Actor, *, person: User, provider_name: str) -> User:
    """How the firm's sign-in provider calls this person; empty closes that door. An earlier link is undone."""
    row = User.objects.select_for_update().get(pk=person.pk)
    name = provider_name.strip().lower() or None
    if name == row.provider_name:
        return row
    if name and User.objects.filter(provider_name=name).exclude(pk=row.pk).exists():
        raise BadInput("Somebody else has this name at the provider already.", field="provider_name")
    row.provider_name = name
    row.session_epoch += 1
    try:
        row.clean_fields(exclude=["password"])
    except ValidationError as problem:
        raise BadInput(" ".join(problem.messages), field="provider_name") from problem
    row.save(update_fields=["provider_name", "session_epoch"])
    SocialAccount.objects.filter(user=row).delete()
    details = {"field": "provider"}
    record(actor, Event.STAFF_CHANGED, subject_kind="person", subject_id=row.pk, details=details)
    return row


@transaction.atomic
def set_password(actor: Actor, *, username: str, password: str) -> User:
    """A new password set by somebody else; every session of that person ends."""
    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        raise NotFound(f"There is no member of staff called {username!r}.")
    _check(user, password)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor, Event.STAFF_PASSWORD, subject_kind="person", subject_id=user.pk)
    return user


@transaction.atomic
def add_key(actor: Actor, *, name: str, scopes: list[str], owner: User | None = None) -> tuple[Key, str]:
    """A new key and its secret, which is shown this once."""
    unknown = [scope for scope in scopes if scope not in Scope.values]
    if unknown or not scopes:
        raise BadInput(f"Scopes are {', '.join(Scope.values)}; got {', '.join(scopes) or 'none'}.")
    if not 0 < len(name.strip()) <= 120 or "\x00" in name:
        raise BadInput("The name of a key has 1 to 120 characters.", field="name")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = Key.objects.create(
        name=name, prefix=prefix, secret_hash=secret_hash(secret), scopes=sorted(set(scopes)), owner=owner
    )
    record(actor, Event.KEY_ADDED, subject_kind="key", subject_id=prefix, details={"scopes": " ".join(key.scopes)})
    return key, f"krama_{prefix}_{secret}"


@transaction.atomic
def revoke_key(actor: Actor, *, key: Key) -> Key:
    """From now on the key opens nothing; repeating it changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(actor, Event.KEY_REVOKED, subject_kind="key", subject_id=key.prefix)
    return key


def _check(user: User, password: str) -> None:
    try:
        user.clean_fields(exclude=["password"])
        user.validate_unique()
        validate_password(password, user)
    except ValidationError as problem:
        raise BadInput(" ".join(problem.messages)) from problem


def _other_administrators(user: User) -> int:
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk).count()

# SPDX-License-Identifier: Apache-2.0
"""What Django and allauth tell us of signing in becomes an entry of the trail, in the same transaction."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from krama.server.accounts.middleware import SEEN, SIGNED_IN
from krama.server.accounts.models import User
from krama.server.accounts.security import note_factor, resetting
from krama.server.trail.actions import record
from krama.server.trail.events import Event


def listen() -> None:
    user_logged_in.connect(note_sign_in, dispatch_uid="trail")
    post_save.connect(note_added, sender=Authenticator, dispatch_uid="trail")
    post_delete.connect(note_removed, sender=Authenticator, dispatch_uid="trail")


def note_sign_in(sender: Any, user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Every sign-in is an entry, by whatever door; and its session's clock starts."""
    record(user, Event.STAFF_SIGNED_IN, subject_kind="person", subject_id=user.pk)
    if request is not None:
        request.session[SIGNED_IN] = request.session[SEEN] = time.time()


def note_added(sender: Any, instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    if not created:
        return
    request = _own_request(instance)
    note_factor(request.user if request else instance.user, person=instance.user, kind=instance.type, added=True)
    if request and instance.type != Authenticator.Type.RECOVERY_CODES:
        # Setting it up showed that it is at hand.
        record_authentication(request, instance.user, "mfa", id=instance.pk, type=instance.type)
    _stay(request)


def note_removed(sender: Any, instance: Authenticator, **_kwargs: Any) -> None:
    if resetting.get():
        return
    request = _own_request(instance)
    note_factor(request.user if request else instance.user, person=instance.user, kind=instance.type, added=False)
    if request:  # what is gone proves nothing any more
        held = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        left = [one for one in held if one.get("id") != instance.pk]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = left
    _stay(request)


def _own_request(instance: Authenticator) -> Any:
    """The request of the person whose it is; a command, or somebody else's request, is none."""
    request = context.request
    return request if request is not None and request.user == instance.user else None


def _stay(request: Any) -> None:
    """The session that made the change goes on, under a new name."""
    if request:
        request.user.refresh_from_db(fields=["session_epoch"])
        update_session_auth_hash(request, request.user)

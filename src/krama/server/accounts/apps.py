# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "krama.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        user_logged_in.connect(note_sign_in, dispatch_uid="trail")


def note_sign_in(sender: Any, user: Any, **_kwargs: Any) -> None:
    """Every sign-in is an entry, by whatever door."""
    from krama.server.trail.actions import record
    from krama.server.trail.events import Event

    record(user, Event.STAFF_SIGNED_IN, subject_kind="person", subject_id=user.pk)

# SPDX-License-Identifier: Apache-2.0
"""allauth's door, narrowed: staff sign in; there is no sign-up and no e-mail; guessing is hopeless, and stays so."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from krama.server.accounts import devices
from krama.server.accounts.models import User
from krama.server.accounts.security import note_locked

FRESH = 300  # seconds: who has just signed in is not asked once more


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator (page or command)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        return None  # no e-mail leaves from here

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        return None

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose attempts are counted together: a browser that signed in before is not its neighbours."""
        device = devices.of(request)
        return f"device:{device.id}" if device else str(super().get_client_ip(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Not by the name of the host, as allauth does: whoever calls chooses that. A browser that once signed in
        # as this person has a count of its own, so that nobody locks another out by guessing at their name.
        login = str(credentials.get("username", "")).lower()
        device = devices.of(request)
        known = device is not None and User.objects.filter(username=login, pk=device.person_id).exists()
        return f"{device.id if device and known else 'anywhere'}:{login}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_locked(User.objects.filter(username=str(credentials.get("username", "")).lower()).first())
            raise

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record["at"] < FRESH for record in records)

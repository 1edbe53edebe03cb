# SPDX-License-Identifier: Apache-2.0
"""Between signing in and the pages: sessions end in time, and who needs a second factor comes no further without.

Here and not in the guard of each page: it fails closed. A page that nobody thought of is refused too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from krama.server.accounts import devices
from krama.server.accounts.models import User
from krama.server.accounts.second_factor import given, needed

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
NOTE_EVERY = 60  # seconds: a page a second must not be a write a second
OPEN_SPACES = ("mfa_", "api:", "api-")  # the API is opened by keys, never by a session
NextOne = Callable[[HttpRequest], HttpResponseBase]


class SessionEnds:
    """Twelve hours after signing in, or after a while without a page, a session is over."""

    def __init__(self, get_response: NextOne) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = time.time()
            if self._is_over(request, now):
                logout(request)
            elif now - request.session.get(SEEN, 0) > NOTE_EVERY:
                request.session[SEEN] = now
        response = self.get_response(request)
        if request.user.is_authenticated:
            devices.remember(request, response)
        return response

    @staticmethod
    def _is_over(request: HttpRequest, now: float) -> bool:
        since = request.session.get(SIGNED_IN, 0)  # one that does not say when it began is over
        idle = now - request.session.get(SEEN, since)
        return bool(now - since >= settings.SESSION_COOKIE_AGE or idle >= settings.KRAMA_IDLE_MINUTES * 60)


class SecondFactorFirst:
    """A role that may open identities is led to its second factor, and can do nothing else until then."""

    def __init__(self, get_response: NextOne) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not is_held(request) or is_open(request):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))


def is_held(request: HttpRequest) -> bool:
    """Signed in, of a role that needs a second factor, and without one in this session."""
    user = getattr(request, "user", None)  # whoever is turned away at the front has none yet
    return isinstance(user, User) and needed(user) and given(request) is None


def is_open(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in settings.KRAMA_OPEN_TO_HELD or name.startswith(OPEN_SPACES)

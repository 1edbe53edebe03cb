# SPDX-License-Identifier: Apache-2.0
"""Single keys on pages that staff use all day: one small script of our own, which a person can switch off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from krama.server.web.headers import POLICY

KEYS_OFF = "krama_keys_off"
WITH_KEYS = f"{POLICY}; script-src 'self'"


def keys_on(request: HttpRequest) -> bool:
    """Unless this browser's person switched them off (WCAG 2.1.4)."""
    return request.COOKIES.get(KEYS_OFF) != "1"


def with_keys(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Only such a page may load a script, and only while the keys are on."""
    if keys_on(request):
        response.headers["Content-Security-Policy"] = WITH_KEYS
    return response

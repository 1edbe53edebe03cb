# SPDX-License-Identifier: Apache-2.0
"""Headers of every answer: nothing from outside, nothing kept by a cache that should not be."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# Pages where a passkey is used: our own script files, and nothing written into the page.
WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"


class Headers:
    """Content-Security-Policy and Cache-Control."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.HOME.secure:  # the proxy in front speaks https; Django itself sees plain http
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

# SPDX-License-Identifier: Apache-2.0
"""What every page of the public door shares: its language, its frame, and headers that leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from krama.server.intake import help

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
# The firm's product shows these pages inside its own; no cookie here could be misused by that.
FRAMED, UNFRAMED = "frame-ancestors *", "frame-ancestors 'none'"
View = Callable[..., HttpResponse]


def language_of(request: HttpRequest) -> str:
    """Khmer, unless the link or the switch says English: many phones here ask for English by themselves."""
    switched = request.POST.get("do", "").removeprefix("lang-")  # a switch on the way keeps the page
    said = switched if switched in ("km", "en") else request.POST.get("lang") or request.GET.get("lang")
    return "en" if said == "en" else "km"


def public(view: View, *, framed: bool = True) -> View:
    """A page without cookie, token or log: in its own language, never kept by a cache."""

    @wraps(view)
    def shown(request: HttpRequest, **parts: str) -> HttpResponse:
        with translation.override(language_of(request)):
            response = view(request, **parts)
        response["Content-Security-Policy"] = f"{POLICY}; {FRAMED if framed else UNFRAMED}"
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["Content-Language"] = language_of(request)
        return response

    return csrf_exempt(xframe_options_exempt(shown) if framed else shown)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Rendered without the console's shell: nothing of a person who may be signed in on this machine stands on it."""
    language = language_of(request)
    whole = {
        "LANGUAGE_CODE": language,
        "other": "km" if language == "en" else "en",
        "support": help.support(language),
        "emergency": help.emergency(language),
        "exit_url": help.exit_url(),
        **context,
    }
    return HttpResponse(render_to_string(f"intake/{template}.html", whole), status=status)

# SPDX-License-Identifier: Apache-2.0
"""The public face run apart: its start page and its shell. Must import no room that holds people or cases."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from krama.server.site import start as data


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    return redirect("site:start")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What Krama is and for whom; pages of the console are linked only where `KRAMA_CONSOLE_URL` says it is."""
    context = {
        "title_en": data.TITLE_EN,
        "title_km": data.TITLE_KM,
        "sectors": data.sectors(""),
        "lines": data.lines(None),
    }
    return render(request, "site/start.html", context)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for all its pages: nobody is signed in here, and the language stands in the address."""
    language = get_language() or "en"
    console = settings.KRAMA_CONSOLE_URL
    return {
        "LANGUAGE_CODE": language,
        "home": {"is_demo": settings.HOME.is_demo, "name": ""},
        "language_link": f"?language={'en' if language == 'km' else 'km'}",
        "sign_in_url": f"{console}/accounts/login/" if console else "",
        "start_url": "/start",
        "api_docs_url": f"{console}/api/docs" if console else "",
    }

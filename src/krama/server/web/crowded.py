# SPDX-License-Identifier: Apache-2.0
"""Overload: whoever comes too many is told so at once, and nothing that was typed is lost where a page can keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from krama.errors import Busy
from krama.server.web.front import CROWDED
from krama.server.web.uploads import refuse

KEEPS = "/report"  # this page answers for itself: it gives back what a child typed, and the numbers that help


class Crowded:
    """The first middleware: 503 before anything is touched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_crowded(request) or request.path == KEEPS:
            return self.get_response(request)
        response = refuse(request, Busy("More ask than this server can answer in time; try again in a moment."))
        response["Retry-After"] = "5"
        return response


def is_crowded(request: HttpRequest) -> bool:
    return bool(request.META.get(CROWDED))

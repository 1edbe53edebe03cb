# SPDX-License-Identifier: Apache-2.0
"""The planted fault: Krama's settings and addresses, and one page more that somebody forgot to guard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from krama.server.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.contracts.unguarded_urls"


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("everybody sees this")


PLANTED = path("forgotten", forgotten, name="forgotten")

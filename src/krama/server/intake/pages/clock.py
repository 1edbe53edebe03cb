# SPDX-License-Identifier: Apache-2.0
"""Where quick exit leads by default: a page with the date and the time, and nothing else."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from krama.server.intake.pages.frame import page, public


@require_safe
@partial(public, framed=False)
def clock(request: HttpRequest) -> HttpResponse:
    """Over https the browser is told to forget what this site left."""
    response = page(request, "clock", {"now": timezone.localtime()})
    if settings.HOME.secure:
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response

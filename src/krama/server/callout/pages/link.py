# SPDX-License-Identifier: Apache-2.0
"""The link of a message: it asks, and only a POST takes, for mail scanners follow links. No account is needed; it
shows a reference and a clock, and who took it only to whoever says that they would.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from krama.errors import NotFound
from krama.server.callout import queries
from krama.server.callout.actions.take import AlarmOver, TakenBefore, take_by_link
from krama.server.callout.models import Alarm, Call


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever the message reached, and this alarm alone."""
    call = queries.call_of(token)
    if call is None:
        return render(request, "callout/link.html", {}, status=404)
    return _taken(request, call) if request.method == "POST" else render(request, "callout/link.html", _asks(call))


def _asks(call: Call) -> dict[str, Any]:
    alarm = call.alarm
    assert alarm is not None
    return {
        "ref": alarm.ref,
        "is_drill": alarm.kind == Alarm.Kind.DRILL,
        "due": alarm.case.due_at if alarm.case else None,
        "asks": alarm.ended_at is None,
    }


def _taken(request: HttpRequest, call: Call) -> HttpResponse:
    context, status = _asks(call) | {"asks": False}, 200
    try:
        alarm = take_by_link(call)
    except TakenBefore as problem:
        context["note"], context["by"], status = _("Somebody took it before you:"), problem.by, 409
    except AlarmOver:
        context["note"], status = _("It has ended; nothing more is to be done."), 409
    except NotFound:
        return render(request, "callout/link.html", {}, status=404)
    else:
        context["mine"] = True
        context["url"] = f"/cases/{alarm.ref}" if alarm.case_id else ""
    return render(request, "callout/link.html", context, status=status)

# SPDX-License-Identifier: Apache-2.0
"""The page of somebody outside the firm: one code, one thing, one answer. It opens nothing else, and says nothing
to whoever has no code: there is no difference between a wrong address and a wrong code."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from krama.errors import BadInput, Conflict, NotFound
from krama.server.cases.actions import outsiders as actions_outsiders
from krama.server.cases.models import Outsider
from krama.server.desk.thing import thing

KEPT_AS = "outside"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The code, then the one thing."""
    held = _held(request, pk)
    if request.method == "POST":
        return _answered(request, held) if held else _entered(request, pk)
    return _shown(request, held) if held else render(request, "desk/outside.html", {})


def _held(request: HttpRequest, pk: UUID) -> Outsider | None:
    kept = request.session.get(KEPT_AS)
    if not isinstance(kept, list) or len(kept) != 2 or kept[0] != str(pk):
        return None
    return actions_outsiders.holder(pk, str(kept[1]))


def _entered(request: HttpRequest, pk: UUID) -> HttpResponse:
    token = actions_outsiders.enter(pk, request.POST.get("code", "")[:100])
    if token is None:
        note = _("This code does not open anything, or no longer. Ask whoever gave it to you for another one.")
        return render(request, "desk/outside.html", {"note": note}, status=422)
    request.session.cycle_key()
    request.session[KEPT_AS] = [str(pk), token]
    return redirect("desk:outside", pk=pk)


def _shown(request: HttpRequest, held: Outsider, *, note: str = "", status: int = 200) -> HttpResponse:
    actions_outsiders.note_view(held)
    context = {"thing": thing(held.look), "until": held.until, "note": note}
    return render(request, "desk/outside.html", context, status=status)


def _answered(request: HttpRequest, held: Outsider) -> HttpResponse:
    answer = request.POST.get("agreed")
    if answer not in ("yes", "no"):
        return _shown(request, held, note=_("Say whether you agree."), status=422)
    try:
        actions_outsiders.answer(held, agreed=answer == "yes", words=request.POST.get("words", ""))
    except BadInput:
        return _shown(request, held, note=_("Say it in at most 2000 characters."), status=422)
    except (Conflict, NotFound):
        note = _("This was answered or changed meanwhile. Nothing more is asked of you.")
        return render(request, "desk/outside.html", {"note": note, "over": True}, status=409)
    del request.session[KEPT_AS]
    return render(request, "desk/outside.html", {"over": True})

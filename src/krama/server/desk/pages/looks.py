# SPDX-License-Identifier: Apache-2.0
"""Second looks: what waits for one, what went ahead without, and who outside may give one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.accounts.models import User
from krama.server.cases import reach, words
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.actions import outsiders as actions_outsiders
from krama.server.cases.actions.decide import note_view
from krama.server.cases.actions.looks import RULES, place_of_words
from krama.server.cases.actions.outsiders import place_of_name
from krama.server.cases.models import Look
from krama.server.cases.queries import case as queries
from krama.server.desk.thing import thing

SHOWN = 20


@page(Operation.READ_CASES)
def looks(request: StaffRequest) -> HttpResponse:
    """The oldest first; then what was said lately."""
    return _render(request)


@page(Operation.READ_CASES, "POST")
def give(request: StaffRequest, look: UUID) -> HttpResponse:
    """What the second person says."""
    found, answer = _found(request, look), request.POST.get("agreed")
    reach.require_here(request.user, RULES[Look.Kind(found.kind)].operation, found.case)
    if answer not in ("yes", "no"):
        return _render(request, note=_("Say whether you agree."), status=422)
    try:
        actions_looks.give(request.user, look=found, agreed=answer == "yes", words=request.POST.get("words", ""))
    except BadInput:
        return _render(request, note=_("Say it in at most 2000 characters."), status=422)
    except Conflict:
        return _render(request, note=_("Another person than the one who asked looks at it, once."), status=409)
    messages.success(request, _("Noted."))
    return redirect("desk:looks")


@page(Operation.READ_CASES, "POST")
def name_outsider(request: StaffRequest, look: UUID) -> HttpResponse:
    """Somebody outside the firm, for this one thing; their code is shown once."""
    found = _found(request, look)
    reach.require_here(request.user, Operation.NAME_OUTSIDER, found.case)
    try:
        outsider, code = actions_outsiders.name(request.user, look=found, who=request.POST.get("who", ""))
    except BadInput:
        return _render(request, note=_("Name the person outside."), status=422)
    except Conflict:
        return _render(request, note=_("Somebody has looked at this already."), status=409)
    url = request.build_absolute_uri(f"/outside/{outsider.pk}")
    return render(request, "desk/outsider_named.html", {"url": url, "code": code, "until": outsider.until})


@page(Operation.READ_CASES, "POST")
def take_back(request: StaffRequest, look: UUID) -> HttpResponse:
    """Nobody outside sees it any more."""
    found = _found(request, look)
    actions_outsiders.take_back(request.user, look=found)
    messages.success(request, _("Taken back: nobody outside sees it any more."))
    return redirect("desk:looks")


def _found(request: StaffRequest, pk: UUID) -> Look:
    found = Look.objects.select_related("case").filter(pk=pk, case__in=reach.visible(request.user)).first()
    if found is None:
        raise NotFound
    return found


def _render(request: StaffRequest, *, note: str = "", status: int = 200) -> HttpResponse:
    people = {str(pk): name for pk, name in User.objects.values_list("pk", "name")}
    given = queries.looks_given(request.user)[:SHOWN]
    shown = Paginator(queries.looks_to_give(request.user), SHOWN).get_page(request.GET.get("page"))
    for case in {row.case_id: row.case for row in (*shown, *given)}.values():
        note_view(request.user, case=case)  # words about it are shown
    context = {
        "note": note,
        "page": shown,
        "waiting": [_waiting(request.user, row, people) for row in shown],
        "given": [_given(row, people) for row in given],
    }
    return render(request, "desk/looks.html", context, status=status)


def _waiting(reader: User, row: Look, people: dict[str, str]) -> dict[str, Any]:
    mine = row.asked_by == reader.actor_id
    outsider = row.outsiders.filter(ended_at=None, until__gt=timezone.now()).first()
    sealed = outsider.sealed_name if outsider else None
    return {
        **thing(row),
        "id": row.pk,
        "ref": row.case.ref,
        "who": people.get(row.asked_by, row.asked_by),
        "age": words.span(timezone.now() - row.asked_at),
        "mine": mine,
        "may_give": not mine and reach.may_here(reader, RULES[Look.Kind(row.kind)].operation, row.case),
        "may_name": reach.may_here(reader, Operation.NAME_OUTSIDER, row.case),
        "outsider": queries.words_of(row.case, sealed, *place_of_name(outsider.pk)) if outsider else "",
        "outsider_until": outsider.until if outsider else None,
    }


def _given(row: Look, people: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": row.get_kind_display(),
        "ref": row.case.ref,
        "state": row.get_state_display(),
        "who": people.get(row.given_by, ""),
        "at": row.given_at,
        "words": queries.words_of(row.case, row.sealed_words, *place_of_words(row.pk)),
    }

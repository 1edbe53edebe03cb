# SPDX-License-Identifier: Apache-2.0
"""One look over open cases whose content is near the same, and one decision for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.cases import words
from krama.server.cases.actions.alike import Left, decide_alike, given_of, shown_in
from krama.server.cases.actions.decide import note_view
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.queue import be_here
from krama.server.cases.forms.decision import DecisionForm
from krama.server.cases.pages.own import row_of
from krama.server.cases.queries.alike import Member
from krama.server.desk.ordered import besides, follows
from krama.server.desk.pages.care import paused
from krama.server.measures import queries as measures
from krama.server.web.keys import keys_on, with_keys
from krama.server.wellbeing import actions as exposure


@page(Operation.DECIDE_CASES)
def alike(request: StaffRequest, cluster: UUID) -> HttpResponse:
    """What all of them show, once, and how far each is from the first."""
    found = given_of(request.user, cluster)
    return _paused(request, found) or _render(request, cluster, found)


@page(Operation.DECIDE_CASES, "POST")
def decide(request: StaffRequest, cluster: UUID) -> HttpResponse:
    """Every chosen case by itself, in one transaction; what changed meanwhile is left, and named."""
    found = given_of(request.user, cluster)
    if answer := _paused(request, found):
        return answer
    asked = [UUID(one) for one in request.POST.getlist("items") if _is_uuid(one)]
    form = DecisionForm(request.POST, shown=[str(one) for one in asked])
    shown = {one.case.ref for one in found}
    chosen = shown_in([ref for ref in request.POST.getlist("case") if ref in shown], asked)
    if not form.is_valid() or not chosen:
        note = "" if chosen else _("Choose at least one case.")
        return _render(request, cluster, found, form=form, note=note, status=422)
    said = form.cleaned_data
    decided, left = decide_alike(
        request.user,
        cases=chosen,
        outcome=said["outcome"],
        layer=said["layer"],
        reason=said["reason"],
        decided_by=request.user.name,
        also=said["also"],
        said=Said(said["law"], said["rule"], said["facts"]),
    )
    if decided:
        text = ngettext("%(n)s case is decided.", "%(n)s cases are decided.", len(decided)) % {"n": len(decided)}
        messages.success(request, text)
    for one in left:
        messages.warning(request, _left(one))
    return redirect("cases:queue")


def _render(
    request: StaffRequest,
    cluster: UUID,
    found: list[Member],
    *,
    form: DecisionForm | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    if not found:
        raise NotFound
    whole = [one for one in found if one.is_whole]
    for one in found:
        note_view(request.user, case=one.case)
        be_here(request.user, one.case)
    exposure.note(request.user, case=found[0].case, items=1)  # they look once: the others show nearly the same
    items = [item for one in found for item in one.items]
    shown, doers = [str(item.pk) for one in whole for item in one.items], measures.doers()
    context = {
        "rows": [_row(one, request.user.pk) for one in found],
        "why": words.why(items),
        "form": form or DecisionForm(initial={"items": shown}, shown=shown),
        "items": shown,
        "whole": len(whole),
        "note": note,
        "cluster": cluster,
        "besides": besides(items, doers),
        **follows(items, doers),
        "keys": keys_on(request),
    }
    return with_keys(request, render(request, "desk/alike.html", context, status=status))


def _paused(request: StaffRequest, found: list[Member]) -> HttpResponse | None:
    """What is most pressing asks for all of them."""
    return paused(request, found[0].case) if found else None


def _row(one: Member, reader: UUID) -> dict[str, Any]:
    row = row_of(one.case)
    other = row["held"] if row["held"] and row["held"].holder_id != reader else None
    contents = [item.detection.content for item in one.items if item.detection]
    sizes = [(content.get("width"), content.get("height")) for content in contents if content.get("width")]
    facts = {"distance": one.distance, "is_whole": one.is_whole, "size": sizes[0] if sizes else None}
    return row | facts | {"by_other": other, "may_choose": one.is_whole and other is None}


def _left(one: Left) -> str:
    texts = {
        "already_decided": _("%(ref)s was decided by somebody else meanwhile."),
        "held_by_another": _("%(ref)s was not decided: %(holder)s has it."),
        "may_not_leave": _("%(ref)s was not decided: something must be written in it first. Look at it by itself."),
        "note_missing": _("%(ref)s was not decided: something must be written in it first. Look at it by itself."),
        "no_account": _("%(ref)s was not decided: no account is known in it, so nothing can be done to one."),
        "merged": _("%(ref)s was put together with another case meanwhile."),
        "something_new": _("%(ref)s was not decided: something new came in. Look at it by itself."),
    }
    return texts.get(one.code, _("%(ref)s was not decided.")) % {"ref": one.ref, "holder": one.holder}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

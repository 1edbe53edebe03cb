# SPDX-License-Identifier: Apache-2.0
"""The people in a case and the peer path, from the case page: one form, one act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from krama.errors import BadInput, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions import people as actions_people
from krama.server.cases.forms.peer import ChildForm, NoteForm, PeerForm, RoleForm, WishForm
from krama.server.cases.models import Case, Look
from krama.server.desk.pages.case import render_case
from krama.server.desk.people import pseudonym_in


@page(Operation.SUPPORT_CHILD, "POST")
def write(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Back to the case with what was done; the form again where something is missing."""
    found = reach.found(request.user, ref)
    one = ACTS.get(act)
    if one is None:
        raise NotFound
    form = one.form(request.POST, auto_id=f"id_{act}_%s")
    if not form.is_valid():
        return render_case(request, found, forms={act: form}, note=_("Something is missing."), status=422)
    try:
        said = one.write(request.user, found, form)
    except BadInput:
        note = _("That is what the case says already, or something in it does not fit.")
        return render_case(request, found, forms={act: form}, note=note, status=422)
    messages.success(request, said)
    return redirect("desk:case", ref=found.ref)


def _role(actor: User, case: Case, form: Any) -> str:
    person = pseudonym_in(case, form.cleaned_data["pseudonym"])
    if person is None:
        raise NotFound
    actions_people.say_role(actor, case=case, pseudonym=person, part=form.cleaned_data["part"])
    return _("Saved.")


def _child(actor: User, case: Case, _form: Any) -> str:
    actions_people.add_child(actor, case=case)
    return _("Added. The case is known to few from now on.")


def _peer(actor: User, case: Case, form: Any) -> str:
    mark = actions_peer.say_peer(actor, case=case, **form.cleaned_data)
    return _("Saved.") if mark.holds else _("Asked. It changes when a second person agrees.")


def _note(actor: User, case: Case, form: NoteForm) -> str:
    wish = form.asked()
    _made, look = actions_peer.write_note(actor, case=case, words=form.cleaned_data["words"], wish=wish)
    if look.state == Look.State.DEFERRED:
        return _("Written. It stands at once; the second look is still to come.")
    return _("Written. It stands when a second person agrees.")


def _wish(actor: User, case: Case, form: WishForm) -> str:
    actions_peer.record_wish(actor, case=case, wish=form.asked())
    return _("Saved.")


@dataclass(frozen=True)
class Act:
    """What a form asks, and what it does."""

    form: type[forms.Form]
    write: Callable[[User, Case, Any], str]


ACTS = {
    "role": Act(RoleForm, _role),
    "child": Act(ChildForm, _child),
    "peer": Act(PeerForm, _peer),
    "note": Act(NoteForm, _note),
    "wish": Act(WishForm, _wish),
}

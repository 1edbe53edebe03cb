# SPDX-License-Identifier: Apache-2.0
"""The case page: what is known, what happened, and the decision. No content is shown, ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.cases import actions, queries
from krama.server.cases.actions import AlreadyDecided, SomethingNew
from krama.server.cases.forms import DecisionForm
from krama.server.cases.models import Case
from krama.server.compartments.actions.hold import place
from krama.server.compartments.actions.identity import open_identity
from krama.server.compartments.models import Hold, Opening, Pseudonym
from krama.server.desk.faces import scope_of
from krama.server.desk.view import case_view


@page(Operation.READ_CASES)
def case(request: StaffRequest, ref: str) -> HttpResponse:
    """One case. Reading it is an entry in the trail."""
    found = _found(ref)
    actions.note_view(request.user, case=found)
    return _render(request, found)


@page(Operation.DECIDE_CASES, "POST")
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """A person decides on what this page showed them; 409 when something joined meanwhile."""
    found = _found(ref)
    shown = [str(item.pk) for item in queries.items_of(found)]
    form = DecisionForm(request.POST, shown=shown)
    if not form.is_valid():
        return _render(request, found, form=form, status=422)
    answer = form.cleaned_data
    try:
        actions.decide(
            request.user,
            ref=found.ref,
            outcome=answer["outcome"],
            layer=answer["layer"],
            reason=answer["reason"],
            items=[UUID(item) for item in answer["items"]],
            decided_by=request.user.name,
        )
    except SomethingNew:
        note = _("Something new came in while you were reading. Nothing was decided; look again.")
        return _render(request, found, reason=answer["reason"], note=note, status=409)
    except AlreadyDecided:
        note = _("Somebody decided this case while you were reading. Nothing was changed.")
        return _render(request, _found(ref), note=note, status=409)
    messages.success(request, _("Decided. The app is told at once."))
    return redirect("desk:case", ref=found.ref)


@page(Operation.OPEN_IDENTITIES, "POST")
def open_face(request: StaffRequest, ref: str) -> HttpResponse:
    """Open what stands behind one pseudonym of this case: for this person, for a purpose, for a quarter of an hour."""
    found = _found(ref)
    faces = Pseudonym.objects.filter(scope=scope_of(found))
    wanted = request.POST.get("pseudonym", "")
    face = next((one for one in faces if str(one.pk) == wanted), None)
    if face is None:
        raise NotFound
    if request.POST.get("purpose", "") not in Opening.Purpose.values:
        return _render(request, found, note=_("Say what you need it for."), status=422)
    open_identity(request.user, pseudonym=face, purpose=request.POST["purpose"])
    return redirect("desk:case", ref=found.ref)


@page(Operation.PLACE_HOLD, "POST")
def hold_it(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep all that this case gathers from destruction, for a year."""
    found = _found(ref)
    basis, reference = (request.POST.get(name, "") for name in ("basis", "reference"))
    kept = queries.compartments_of(found)
    try:
        place(request.user, scope=scope_of(found), compartments=kept, basis=basis, reference=reference)
    except BadInput:
        note = _("Say on what basis; a letter of an authority has a reference.")
        return _render(request, found, note=note, status=422)
    except Conflict:
        return _render(request, found, note=_("Nothing is left here to hold: it was destroyed."), status=409)
    messages.success(request, _("Held for a year. You are warned thirty days before it ends."))
    return redirect("desk:case", ref=found.ref)


def _found(ref: str) -> Case:
    found = queries.by_ref(ref)
    if found is None:
        raise NotFound
    return found


def _render(
    request: StaffRequest,
    found: Case,
    *,
    form: DecisionForm | None = None,
    reason: str = "",
    note: str | None = None,
    status: int = 200,
) -> HttpResponse:
    view: dict[str, Any] = case_view(found, request.user.actor_id)
    may_decide = found.state == Case.State.OPEN and may(request.user, Operation.DECIDE_CASES)
    if may_decide and form is None:
        shown = view["open_items"]
        form = DecisionForm(initial={"items": shown, "reason": reason}, shown=shown)
    context = view | {
        "form": form if may_decide else None,
        "may_decide": may_decide,
        "post_url": f"/cases/{found.ref}/decision",
        "note": note,
        "may_open": may(request.user, Operation.OPEN_IDENTITIES),
        "open_url": f"/cases/{found.ref}/open",
        "purposes": Opening.Purpose.choices,
        "may_hold": may(request.user, Operation.PLACE_HOLD),
        "hold_url": f"/cases/{found.ref}/hold",
        "bases": Hold.Basis.choices,
    }
    return render(request, "desk/case.html", context, status=status)

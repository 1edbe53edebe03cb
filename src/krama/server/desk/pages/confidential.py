# SPDX-License-Identifier: Apache-2.0
"""Who opened what and why, what is held, what goes when: the officer's daily look, and the auditor's.

It stands at the desk because it spans rooms; it shows pseudonyms, never whom they stand for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.models import Case, Look
from krama.server.compartments import queries
from krama.server.compartments.actions import hold
from krama.server.compartments.models import Destruction, Extension, Hold, Opening
from krama.server.compartments.schedule import schedule
from krama.server.desk.scopes import holds_of, openings_of, ref_of

WEEK = timedelta(days=7)
YEAR = timedelta(days=364)


@page(Operation.READ_CONFIDENTIAL)
def confidential(request: StaffRequest) -> HttpResponse:
    """The last week's openings, emergencies first; holds; the schedule; what was destroyed."""
    return _render(request)


@page(Operation.READ_CASES, "POST")
def review(request: StaffRequest, opening: UUID) -> HttpResponse:
    """Somebody else looked at an emergency afterwards."""
    found = Opening.objects.select_related("pseudonym").filter(pk=opening, is_emergency=True).first()
    case = _case(request, found.pseudonym.scope if found else "")
    answer = request.POST.get("was_right")
    assert found is not None
    reach.require_here(request.user, Operation.REVIEW_EMERGENCY, case)
    if answer not in ("yes", "no"):
        return _render(request, note=_("Say whether it was right to open it."), status=422)
    look = actions_looks.look_at(Look.Kind.EMERGENCY, found.pk, scope=found.pseudonym.scope, asked_by=found.person_id)
    try:
        actions_looks.give(request.user, look=look, agreed=answer == "yes")
    except Conflict:
        return _render(request, note=_("Another person than the one who opened it reviews it, once."), status=409)
    return redirect("desk:confidential")


@page(Operation.READ_CASES, "POST")
def extend(request: StaffRequest, placed: UUID) -> HttpResponse:
    """Ask that it be held a year from now; a second person agrees."""
    found = _hold(request, placed)
    try:
        look = actions_looks.ask_longer(request.user, hold=found, until=timezone.now() + YEAR)
    except (Conflict, ValueError):
        return _render(request, note=_("This hold has ended; place a new one."), status=409)
    if look.state == Look.State.DEFERRED:
        messages.success(request, _("Longer at once, for nobody else is here; the second look is still to come."))
    else:
        messages.success(request, _("Asked. It is longer when a second person agrees."))
    return redirect("desk:confidential")


@page(Operation.READ_CASES, "POST")
def agree(request: StaffRequest, extension: UUID) -> HttpResponse:
    """The second person's word."""
    found = Extension.objects.select_related("hold").filter(pk=extension).first()
    case = _case(request, found.hold.scope if found else "")
    assert found is not None
    reach.require_here(request.user, Operation.PLACE_HOLD, case)
    look = actions_looks.look_at(Look.Kind.HOLD, found.pk, scope=found.hold.scope, asked_by=found.asked_by)
    try:
        actions_looks.give(request.user, look=look, agreed=True)
    except Conflict:
        note = _("Another person than the one who asked agrees, while the hold runs.")
        return _render(request, note=note, status=409)
    return redirect("desk:confidential")


@page(Operation.READ_CASES, "POST")
def release(request: StaffRequest, placed: UUID) -> HttpResponse:
    """The reason for the hold is gone."""
    hold.release(request.user, hold=_hold(request, placed))
    return redirect("desk:confidential")


def _hold(request: StaffRequest, pk: UUID) -> Hold:
    """A hold on a case that this person may see, and hold."""
    found = Hold.objects.filter(pk=pk).first()
    case = _case(request, found.scope if found else "")
    assert found is not None
    reach.require_here(request.user, Operation.PLACE_HOLD, case)
    return found


def _case(request: StaffRequest, scope: str) -> Case:
    return reach.found(request.user, ref_of(scope) or "none")


def _render(request: StaffRequest, *, note: str = "", status: int = 200) -> HttpResponse:
    now, names = timezone.now(), dict(User.objects.values_list("pk", "name"))
    people = {str(pk): name for pk, name in names.items()}
    context = {
        "note": note,
        "to_review": [_opening(row, people, request.user) for row in openings_of(request.user, queries.to_review())],
        "openings": [
            _opening(row, people, request.user) for row in openings_of(request.user, queries.openings_since(now - WEEK))
        ],
        "holds": [_held(row, people, request.user) for row in holds_of(request.user, queries.holds_running(now))],
        "lines": _lines(),
        "due": len(queries.due(now)),
        "destructions": Destruction.objects.order_by("-at")[:20],
        "may_review": may(request.user, Operation.REVIEW_EMERGENCY),
        "may_hold": may(request.user, Operation.PLACE_HOLD),
    }
    return render(request, "desk/confidential.html", context, status=status)


def _opening(row: Opening, people: dict[str, str], reader: User) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "who": people.get(row.person_id, row.person_id),
        "purpose": row.get_purpose_display(),
        "what": f"{row.pseudonym.get_kind_display()} {row.pseudonym.letter}",
        "case": row.pseudonym.scope.partition(":")[2],
        "is_emergency": row.is_emergency,
        "was_right": row.was_right,
        "mine": row.person_id == reader.actor_id,
    }


def _held(row: Hold, people: dict[str, str], reader: User) -> dict[str, Any]:
    asked = row.extensions.filter(agreed_at=None, refused_at=None).first()
    return {
        "id": row.pk,
        "case": row.scope.partition(":")[2],
        "basis": row.get_basis_display(),
        "reference": row.reference,
        "who": people.get(row.placed_by, row.placed_by),
        "until": row.until,
        "ends_soon": row.until <= timezone.now() + queries.WARNING,
        "asked": asked.pk if asked else None,
        "went_ahead": asked is not None and asked.before is not None,
        "asked_by_me": asked is not None and asked.asked_by == reader.actor_id,
    }


def _lines() -> list[dict[str, Any]]:
    khmer = get_language() == "km"
    return [
        {"label": line.kind.label, "days": line.days, "why": line.km if khmer else line.en}
        for line in schedule().values()
    ]

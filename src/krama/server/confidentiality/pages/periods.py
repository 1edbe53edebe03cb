# SPDX-License-Identifier: Apache-2.0
"""How long each kind of record is kept: changed with a law or a reason, by two people where it weighs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.compartments.actions import period as actions
from krama.server.compartments.actions.period import LEAST, MOST
from krama.server.compartments.models import Kind, PeriodChange
from krama.server.compartments.queries import held, holds_running
from krama.server.compartments.schedule import Line, changes, schedule, shipped, would_go
from krama.server.confidentiality.forms.papers import PeriodForm


@page(Operation.READ_REGISTER)
def periods(request: StaffRequest) -> HttpResponse:
    """What holds, what waits for a second person, what was changed before."""
    return _shown(request)


@page(Operation.CHANGE_PERIODS, "POST")
def propose(request: StaffRequest, kind: str) -> HttpResponse:
    """Another period for one kind."""
    if kind not in Kind.values:
        raise NotFound("There is no such kind of record.")
    form = PeriodForm(request.POST, auto_id=f"{kind}_%s")
    if not form.is_valid():
        return _shown(request, {kind: form}, status=422)
    try:
        row = actions.propose(request.user, kind=kind, **form.cleaned_data)
    except BadInput:
        form.add_error("days", _("Nothing would change."))
        return _shown(request, {kind: form}, status=422)
    except Conflict:
        return _shown(request, note=_("A change of this period waits already; decide on that one first."), status=409)
    held_now = row.state == PeriodChange.State.HOLDS
    messages.success(
        request,
        _("Changed. It holds from now on.") if held_now else _("Proposed. It holds when another person accepts."),
    )
    return redirect("confidentiality:periods")


@page(Operation.CHANGE_PERIODS, "POST")
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The second person's word."""
    try:
        actions.accept(request.user, change=pk)
    except Conflict:
        note = _("Another person than the one who proposed it accepts it, once, while the period is as it was.")
        return _shown(request, note=note, status=409)
    messages.success(request, _("Changed. It holds from now on."))
    return redirect("confidentiality:periods")


@page(Operation.CHANGE_PERIODS, "POST")
def refuse(request: StaffRequest, pk: UUID) -> HttpResponse:
    """It stays as it is."""
    try:
        actions.refuse(request.user, change=pk)
    except Conflict:
        return _shown(request, note=_("Somebody has decided on this already."), status=409)
    messages.success(request, _("Refused. Nothing has changed."))
    return redirect("confidentiality:periods")


def _shown(
    request: StaffRequest, forms: dict[str, PeriodForm] | None = None, *, note: str = "", status: int = 200
) -> HttpResponse:
    now, rows = timezone.now(), list(changes())
    names = {str(pk): name for pk, name in User.objects.values_list("pk", "name")}
    context = {
        "note": note,
        "lines": [_line(line, rows, names, (forms or {}).get(kind), request) for kind, line in schedule().items()],
        "past": [_change(row, names, request) for row in rows if row.state != PeriodChange.State.PROPOSED],
        "holds": holds_running(now).count(),
        "held": held(now).filter(destroyed_at=None).count(),
        "least": LEAST,
        "most": MOST,
        "may_change": may(request.user, Operation.CHANGE_PERIODS),
    }
    return render(request, "confidentiality/periods.html", context, status=status)


def _line(
    line: Line, rows: list[PeriodChange], names: dict[str, str], form: PeriodForm | None, request: StaffRequest
) -> dict[str, Any]:
    waiting = [one for one in rows if one.kind == line.kind and one.state == PeriodChange.State.PROPOSED]
    return {
        "kind": line.kind.value,
        "label": line.kind.label,
        "days": line.days,
        "why": line.km if get_language() == "km" else line.en,
        "is_ours": line.source == "firm",
        "brought": shipped()[line.kind].days,
        "waiting": [_change(one, names, request) for one in waiting],
        "form": form or PeriodForm(initial={"days": line.days}, auto_id=f"{line.kind}_%s"),
    }


def _change(row: PeriodChange, names: dict[str, str], request: StaffRequest) -> dict[str, Any]:
    waits = row.state == PeriodChange.State.PROPOSED
    return {
        "row": row,
        "kind": row.get_kind_display(),
        "who": names.get(row.proposed_by, row.proposed_by),
        "second": names.get(row.decided_by, row.decided_by) if row.decided_by != row.proposed_by else "",
        "own": row.proposed_by == request.user.actor_id,
        "would_go": would_go(row.kind, row.days, timezone.now()) if waits else 0,
    }

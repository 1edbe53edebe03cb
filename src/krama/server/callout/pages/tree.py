# SPDX-License-Identifier: Apache-2.0
"""The call tree: its steps and people, a test of one channel, the drill; and the button that takes an alarm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.callout import queries
from krama.server.callout.actions import drill as drills
from krama.server.callout.actions import tree as actions
from krama.server.callout.actions.take import AlarmOver, TakenBefore, take_here
from krama.server.callout.channels.webhook import secret_of
from krama.server.callout.forms import StepForm, WayForm
from krama.server.callout.models import Call, Channel, Step, Way
from krama.server.callout.pages.show import drill_rows
from krama.server.callout.sealed import hint_of

STATE_CHIP = {Call.State.SENT: "ok", Call.State.FAILED: "stop", Call.State.WAITING: "due"}


@page(Operation.READ_CALL_TREE)
def tree(request: StaffRequest) -> HttpResponse:
    """Every step, who is in it, and how each channel did lately."""
    return _render(request)


@page(Operation.CHANGE_CALL_TREE, "POST")
def add_step(request: StaffRequest) -> HttpResponse:
    """One step more, at the end."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return _render(request, step_form=form, status=422)
    try:
        actions.add_step(request.user, minutes=form.cleaned_data["minutes"])
    except BadInput:
        return _render(request, note=_("The tree has as many steps as it can have."), status=422)
    return redirect("callout:tree")


@page(Operation.CHANGE_CALL_TREE, "POST")
def change_step(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Up, down, away, or other minutes."""
    do = request.POST.get("do", "")
    if do in ("up", "down"):
        actions.move_step(request.user, step=pk, up=do == "up")
    elif do == "remove":
        actions.remove_step(request.user, step=pk)
    else:
        form = StepForm(request.POST)
        if not form.is_valid():
            return _render(request, note=_("Say how many minutes, from 1 to 120."), status=422)
        actions.change_step(request.user, step=pk, minutes=form.cleaned_data["minutes"])
        messages.success(request, _("Saved."))
    return redirect("callout:tree")


@page(Operation.CHANGE_CALL_TREE, "POST")
def add_way(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One way to call one person; a webhook's secret is shown this once."""
    form = WayForm(request.POST)
    if not form.is_valid():
        return _render(request, way_form=form, of_step=pk, status=422)
    try:
        way = actions.add_way(request.user, step=pk, **form.cleaned_data)
    except BadInput:
        form.add_error(None, _("This step has as many ways as it can have."))
        return _render(request, way_form=form, of_step=pk, status=422)
    if way.channel == Channel.WEBHOOK:
        return render(request, "callout/secret.html", {"secret": secret_of(way.pk)})
    messages.success(request, _("Saved. Test it now."))
    return redirect("callout:tree")


@page(Operation.CHANGE_CALL_TREE, "POST")
def change_way(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Test it, or take it out."""
    do = request.POST.get("do", "")
    if do == "remove":
        actions.remove_way(request.user, way=pk)
    else:
        actions.test_way(request.user, way=pk)
        messages.success(request, _("On its way. Load this page again in a moment to see how it went."))
    return redirect("callout:tree")


@page(Operation.START_DRILL, "POST")
def drill(request: StaffRequest) -> HttpResponse:
    """An alarm that says it is a drill."""
    try:
        drills.start(request.user)
    except Conflict:
        note = _("Nothing was started: nobody is in the tree yet, or a drill is running.")
        return _render(request, note=note, status=409)
    messages.success(request, _("The drill has begun. Whoever is called says that they are there."))
    return redirect("callout:tree")


@page(Operation.TAKE_ALARM, "POST")
def take(request: StaffRequest, pk: UUID) -> HttpResponse:
    """I take it: nobody else is called."""
    try:
        found = take_here(request.user, alarm=pk)
    except TakenBefore as problem:
        messages.warning(request, _("%(name)s took it before you.") % {"name": problem.by})
    except AlarmOver:
        messages.warning(request, _("This alarm has ended already."))
    else:
        if found.case is not None:
            messages.success(request, _("It is yours. Open the case now; nobody else is called."))
            return redirect(f"/cases/{found.ref}")
        messages.success(request, _("You are there. The drill has ended."))
    return redirect(_back(request))


def _back(request: StaffRequest) -> str:
    """The page they came from, where it is one of ours."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("callout:tree") if may(request.user, Operation.READ_CALL_TREE) else "/home"


def _render(
    request: StaffRequest,
    *,
    step_form: StepForm | None = None,
    way_form: WayForm | None = None,
    of_step: UUID | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    steps = list(queries.steps())
    calls = queries.last_calls([way for step in steps for way in step.ways.all()])
    context: dict[str, Any] = {
        "steps": [_step(step, calls, way_form if step.pk == of_step else None) for step in steps],
        "step_form": step_form or StepForm(),
        "may_change": may(request.user, Operation.CHANGE_CALL_TREE),
        "may_drill": may(request.user, Operation.START_DRILL),
        "drills": drill_rows(),
        "broken": queries.broken(),
        "not_set": queries.not_set(),
        "lead_missing": bool(steps) and not queries.lead_is_reached(),
        "note": note,
    }
    return render(request, "callout/tree.html", context, status=status)


def _step(step: Step, calls: dict[object, Call], form: WayForm | None) -> dict[str, Any]:
    return {
        "row": step,
        "ways": [_way(way, calls.get(way.pk)) for way in step.ways.all()],
        "form": form or WayForm(auto_id=f"id_{step.place}_%s"),
        "open": form is not None,
        "minutes_form": StepForm(initial={"minutes": step.minutes}, auto_id=f"step_{step.place}_%s"),
    }


def _way(way: Way, call: Call | None) -> dict[str, Any]:
    chip = None
    if call is not None and call.state in STATE_CHIP:
        chip = {"kind": STATE_CHIP[Call.State(call.state)], "text": call.get_state_display()}
    return {"row": way, "hint": hint_of(way), "call": call, "chip": chip}

# SPDX-License-Identifier: Apache-2.0
"""Pages on gaps and the plan: what is missing, what is to be done by whom until when, and what waits for me."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.assessments.actions import plan as actions
from krama.server.assessments.forms.plan import DoneForm, DropForm, TaskForm
from krama.server.assessments.models import Answer, PlanTask
from krama.server.assessments.queries import plan as queries
from krama.server.assessments.queries.answers import answer_of
from krama.server.assessments.queries.catalogue import catalogue, firm


@page(Operation.READ_GUIDELINES)
def gaps(request: StaffRequest) -> HttpResponse:
    """What is not met, the worst for a child first; one click puts a step into the plan."""
    found = queries.gaps(_language())
    context = {
        "firm": firm(),
        "gaps": found,
        "first": found[: actions.FIRST_GAPS],
        "rest": found[actions.FIRST_GAPS :],
        "may_plan": may(request.user, Operation.CHANGE_GUIDELINES),
        "may_add": {gap.id for gap in found if may(request.user, Operation.ANSWER_LINE, gap.subject)},
    }
    return render(request, "assessments/gaps.html", context)


@page(Operation.READ_GUIDELINES)
def plan(request: StaffRequest) -> HttpResponse:
    """Every step that is open or done, and how far the firm has come; of one unit or person where asked."""
    of, whose = _whose(request)
    shown = queries.tasks(_language(), of=of)
    context = {
        "firm": firm(),
        "open": [one for one in shown if one.row.state == PlanTask.State.OPEN],
        "done": [one for one in shown if one.row.state == PlanTask.State.DONE],
        "dropped": queries.tasks(_language(), PlanTask.State.DROPPED, of),
        "whose": whose,
        "shares": (
            ("unit", _("By unit"), _("With no unit"), queries.shares("unit")),
            ("owner", _("By person"), _("With no person"), queries.shares("owner")),
        ),
        "late": queries.late().count(),
        "progress": queries.progress(),
        "may_plan": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/plan.html", context)


@page(Operation.READ_GUIDELINES)
def mine(request: StaffRequest) -> HttpResponse:
    """What waits for whoever asks."""
    context = {"waiting": queries.waiting_for(request.user, _language())}
    return render(request, "assessments/mine.html", context)


@page(Operation.READ_GUIDELINES, "GET", "POST")
def add(request: StaffRequest) -> HttpResponse:
    """A step for one line."""
    line_id = request.POST.get("line") or request.GET.get("line", "")
    line = catalogue().line(line_id)
    if line is None:
        raise NotFound(_("There is no such line. The gaps list what is missing."))
    answer = answer_of(line_id) or Answer(line_id=line_id)
    require(request.user, Operation.ANSWER_LINE, answer)
    days = actions.DAYS.get(line.effort, 90)
    initial = {"unit": answer.unit_id, "owner": answer.owner_id, "due_on": timezone.localdate() + _days(days)}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        actions.add_task(request.user, line_id=line_id, **form.cleaned_data)
        messages.success(request, _("The step stands in the plan."))
        return redirect(_back(request))
    context = {"form": form, "line": {"id": line_id, "text": line.text.in_(_language())}}
    return render(request, "assessments/plan_add.html", context, status=422 if form.errors else 200)


@page(Operation.CHANGE_GUIDELINES, "POST")
def fill(request: StaffRequest) -> HttpResponse:
    """A step for each of the first gaps."""
    count = actions.fill_plan(request.user)
    said = ngettext("%(count)s step was put into the plan.", "%(count)s steps were put into the plan.", count)
    messages.success(request, said % {"count": count})
    return redirect("assessments:plan")


@page(Operation.READ_GUIDELINES, "GET", "POST")
def task(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One step: change it, say that it is done, or why it will not be."""
    row = queries.task_of(pk)
    if request.method != "POST":
        return _task(request, row)
    require(request.user, Operation.ANSWER_LINE, row)
    do = request.POST.get("do", "")
    form: django_forms.Form = (
        DoneForm(request.POST, task=row)
        if do == "finish"
        else DropForm(request.POST)
        if do == "drop"
        else TaskForm(request.POST, task=row)
    )
    if not form.is_valid():
        return _task(request, row, 422, **{f"{do if do in ('finish', 'drop') else 'change'}_form": form})
    if do == "finish":
        actions.finish_task(request.user, task=row, proof=form.cleaned_data["proof"])
        messages.success(request, _("Done. If the line is met now, say so on its page."))
    elif do == "drop":
        actions.drop_task(request.user, task=row, why=form.cleaned_data["why"])
        messages.success(request, _("Dropped. The gap stays where it is."))
    else:
        actions.change_task(request.user, task=row, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("assessments:plan_task", pk)


def _task(request: StaffRequest, row: PlanTask, status: int = 200, **faulty: django_forms.Form) -> HttpResponse:
    initial = {"text": row.text, "unit": row.unit_id, "owner": row.owner_id, "due_on": row.due_on}
    is_open = row.state == PlanTask.State.OPEN
    context: dict[str, Any] = {
        "task": queries.shown(row, _language()),
        "is_open": is_open,
        "may_change": is_open and may(request.user, Operation.ANSWER_LINE, row),
        "change_form": TaskForm(initial=initial, task=row),
        "finish_form": DoneForm(task=row, auto_id="finish_%s"),
        "drop_form": DropForm(auto_id="drop_%s"),
        **faulty,
    }
    return render(request, "assessments/plan_task.html", context, status=status)


def _whose(request: StaffRequest) -> tuple[Q, str]:
    """Whose steps the address asks for, and the name; what is nobody's is asked for by an empty value."""
    for kind, nobody in (("unit", _("With no unit")), ("owner", _("With no person"))):
        if kind not in request.GET:
            continue
        share = next((one for one in queries.shares(kind) if str(one.pk or "") == request.GET[kind]), None)
        if share is None:
            raise NotFound(_("There are no such steps. The plan lists them all."))
        return Q(**{kind: share.pk}), share.name or nobody
    return Q(), ""


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _back(request: StaffRequest) -> str:
    return "assessments:gaps" if request.POST.get("back") == "gaps" else "assessments:plan"


def _language() -> str:
    return get_language() or "en"

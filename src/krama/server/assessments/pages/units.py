# SPDX-License-Identifier: Apache-2.0
"""Pages on units: all of them, one with its duties, its people, its trainings and drills, and its sheet on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.paper import to_pdf
from krama.server.accounts import units as actions
from krama.server.accounts.forms import UnitChangeForm, UnitForm
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.accounts.models import Unit, User
from krama.server.assessments.actions import duties
from krama.server.assessments.forms.units import JoinForm, RecordForm
from krama.server.assessments.pages.unit_sheet import sheet as sheet_of
from krama.server.assessments.queries import units as queries
from krama.server.assessments.queries.assessment import CHIPS, state_of, states
from krama.server.assessments.queries.catalogue import firm


@page(Operation.READ_GUIDELINES)
def units(request: StaffRequest) -> HttpResponse:
    """All units, and what is still without one."""
    closed = [unit for unit in queries.all_units() if not unit.is_active]
    context = {
        "firm": firm(),
        "rows": queries.rollup(get_language() or "en"),
        "closed": closed,
        "without": queries.without_unit(),
        "may_change": may(request.user, Operation.CHANGE_UNITS),
        "may_share": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/units.html", context)


@page(Operation.CHANGE_UNITS, "GET", "POST")
def add(request: StaffRequest) -> HttpResponse:
    """A new unit."""
    form = UnitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = actions.add_unit(request.user, **form.cleaned_data)
        messages.success(request, _("The unit is added."))
        return redirect("assessments:unit", made.pk)
    status = 422 if form.errors else 200
    return render(request, "assessments/unit_form.html", {"form": form}, status=status)


@page(Operation.CHANGE_GUIDELINES, "POST")
def usual(request: StaffRequest) -> HttpResponse:
    """The units that a firm of this kind usually has."""
    made = duties.add_usual_units(request.user)
    said = ngettext("%(count)s unit was added.", "%(count)s units were added.", len(made)) % {"count": len(made)}
    messages.success(request, said)
    return redirect("assessments:units")


@page(Operation.CHANGE_GUIDELINES, "POST")
def share_out(request: StaffRequest) -> HttpResponse:
    """Each requirement that lies with no unit goes to one."""
    count = duties.share_out(request.user)
    said = ngettext("%(count)s requirement was shared out.", "%(count)s requirements were shared out.", count)
    messages.success(request, said % {"count": count})
    return redirect("assessments:units")


@page(Operation.READ_GUIDELINES)
def unit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One unit: our duties."""
    return _unit(request, queries.unit_of(pk))


@page(Operation.CHANGE_UNITS, "GET", "POST")
def change(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A unit's facts; whether it still works."""
    row = queries.unit_of(pk)
    names = ("name", "kind", "headcount", "head", "deputy", "is_active")
    given = request.POST if request.method == "POST" else None
    form = UnitChangeForm(given, unit=row, initial={name: getattr(row, name) for name in names})
    if form.is_valid():
        actions.change_unit(request.user, unit=row, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("assessments:unit", pk)
    status = 422 if form.errors else 200
    return render(request, "assessments/unit_form.html", {"form": form, "unit": row}, status=status)


@page(Operation.READ_GUIDELINES, "POST")
def record(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A training or a drill."""
    row = queries.unit_of(pk)
    require(request.user, Operation.ANSWER_LINE, row)
    form = RecordForm(request.POST, unit=row)
    if not form.is_valid():
        return _unit(request, row, status=422, record_form=form)
    duties.record(request.user, unit=row, **form.cleaned_data)
    messages.success(request, _("It is recorded."))
    return redirect("assessments:unit", pk)


@page(Operation.CHANGE_UNITS, "POST")
def people(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Somebody works here from now on, or no longer."""
    row = queries.unit_of(pk)
    if "leave" in request.POST:
        actions.place_person(request.user, person=_member(row, request.POST["leave"]), unit=None)
        messages.success(request, _("Saved."))
        return redirect("assessments:unit", pk)
    form = JoinForm(request.POST, unit=row)
    if not form.is_valid():
        return _unit(request, row, status=422, join_form=form)
    actions.place_person(request.user, person=form.cleaned_data["person"], unit=row)
    messages.success(request, _("Saved."))
    return redirect("assessments:unit", pk)


@page(Operation.READ_GUIDELINES)
def sheet(request: StaffRequest, pk: UUID, language: str) -> HttpResponse:
    """The unit's duties on one page to hang up, in the language of its address."""
    row, profile = queries.unit_of(pk), firm()
    if profile is None or language not in ("en", "km"):
        raise NotFound(_("There is no sheet before the firm has a profile."))
    with translation.override(language):
        made = to_pdf(sheet_of(row, profile, language, timezone.localdate()))
    name = f'inline; filename="duties-{row.kind}.{language}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


def _unit(request: StaffRequest, row: Unit, status: int = 200, **faulty: django_forms.Form) -> HttpResponse:
    own, language = queries.duties(row), get_language() or "en"
    labels = dict(states())
    context: dict[str, Any] = {
        "unit": row,
        "firm": firm(),
        "duties": [
            {
                "id": duty.line.id,
                "text": duty.line.text.in_(language),
                "chip": CHIPS[state_of(duty.answer)],
                "state": labels[state_of(duty.answer)],
            }
            for duty in own
        ],
        "standing": queries.standing(row),
        "signed": queries.signed(row, language),
        "trained": queries.trained(row),
        "drills": queries.drills(row),
        "records": list(queries.records(row)[:20]),
        "proofs": queries.live_proofs(own),
        "people": queries.people(row),
        "record_form": RecordForm(unit=row, initial={"on": timezone.localdate()}, auto_id="record_%s"),
        "join_form": JoinForm(unit=row, auto_id="join_%s"),
        "may_change": may(request.user, Operation.CHANGE_UNITS),
        "may_record": row.is_active and may(request.user, Operation.ANSWER_LINE, row),
        **faulty,
    }
    return render(request, "assessments/unit.html", context, status=status)


def _member(row: Unit, pk: str) -> User:
    found = next((person for person in queries.people(row) if str(person.pk) == pk), None)
    if found is None:
        raise NotFound(_("This person does not work in this unit."))
    return found

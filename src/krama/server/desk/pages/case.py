# SPDX-License-Identifier: Apache-2.0
"""The case page: what is known, what happened, and the decision. No content is shown, ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.learning import answers
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.accounts.second_factor import given
from krama.server.callout.models import Alarm
from krama.server.callout.pages.show import alarm_row
from krama.server.callout.queries import alarm_of_case
from krama.server.cases import reach
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions.decide import AlreadyDecided, Merged, SomethingNew
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.playbook import begin
from krama.server.cases.actions.queue import HeldByAnother, be_here
from krama.server.cases.beside import beside
from krama.server.cases.forms.decision import DecisionForm, MergeForm, PauseForm, SplitForm
from krama.server.cases.models import Case, Decision, Look, Outcome, Pause
from krama.server.cases.peer import NoteMissing
from krama.server.cases.queries import case as queries
from krama.server.cases.wanted import MayNotLeave
from krama.server.compartments.actions.hold import place
from krama.server.compartments.actions.identity import open_identity
from krama.server.compartments.models import Hold, Opening, Pseudonym
from krama.server.compartments.queries import holds_running
from krama.server.desk.at_work import at_work, held_note
from krama.server.desk.clusters import clusters
from krama.server.desk.faces import Faces, scope_of, told_by
from krama.server.desk.ordered import told
from krama.server.desk.pages.care import paused
from krama.server.desk.people import people
from krama.server.desk.playbook import playbook_view
from krama.server.desk.read import Read
from krama.server.desk.sight import sight
from krama.server.desk.staff import Staff
from krama.server.desk.view import case_view
from krama.server.intake.actions.write_back import say_state
from krama.server.intake.models import Report
from krama.server.measures.kinds import Kind
from krama.server.measures.queries import acted_on
from krama.server.web.keys import with_keys
from krama.server.web.wording import corrected
from krama.server.wellbeing import actions as exposure
from krama.server.wellbeing.queries import day_of

# What the page has a form or a word for.
ASKED_FOR = (
    Operation.DECIDE_CASES,
    Operation.ASSIGN_CASES,
    Operation.CHANGE_SENSITIVITY,
    Operation.MARK_CONFLICT,
    Operation.PLACE_HOLD,
    Operation.SUPPORT_CHILD,
)


@page(Operation.READ_CASES)
def case(request: StaffRequest, ref: str) -> HttpResponse:
    """One case. Reading it is an entry in the trail."""
    found = reach.found(request.user, ref)
    return paused(request, found) or render_case(request, found)


@page(Operation.DECIDE_CASES, "POST")
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """A person decides on what this page showed them; 409 when something joined meanwhile."""
    found = reach.found(request.user, ref)
    if answer := paused(request, found):
        return answer
    shown = [str(item.pk) for item in queries.items_of(found)]
    form = DecisionForm(request.POST, shown=shown)
    if not form.is_valid():
        return render_case(request, found, form=form, status=422)
    said = form.cleaned_data
    try:
        decision = actions.decide(
            request.user,
            ref=found.ref,
            outcome=said["outcome"],
            layer=said["layer"],
            reason=said["reason"],
            items=[UUID(item) for item in said["items"]],
            decided_by=request.user.name,
            also=said["also"],
            said=Said(said["law"], said["rule"], said["facts"]),
        )
    except MayNotLeave as problem:
        return render_case(request, found, form=form, note=problem.detail, status=409)
    except BadInput as problem:
        if problem.fields.get("field") != "also":
            raise
        note = _("No account is known in this case, so nothing can be done to one.")
        return render_case(request, found, form=form, note=note, status=422)
    except NoteMissing:
        note = _("The other person may be a child: write first what is best for both. Nothing was decided.")
        return render_case(request, found, form=form, note=note, status=409)
    except SomethingNew:
        note = _("Something new came in while you were reading. Nothing was decided; look again.")
        return render_case(request, found, reason=said["reason"], note=note, status=409)
    except Merged as problem:
        note = _("This case was put together with %(ref)s meanwhile. Nothing was decided.") % {
            "ref": problem.fields["into"]
        }
        return render_case(request, reach.found(request.user, ref), note=note, status=409)
    except HeldByAnother as held:
        return render_case(request, found, form=form, note=held_note(held), status=409)
    except AlreadyDecided:
        note = _("Somebody decided this case while you were reading. Nothing was changed.")
        return render_case(request, reach.found(request.user, ref), note=note, status=409)
    messages.success(request, _said(decision))
    return redirect("desk:case", ref=found.ref)


def _said(decision: Decision) -> str:
    """Who is told of it now, by what is wanted of the firm's system."""
    look = queries.look_of(decision)
    if look is not None and look.state == Look.State.WAITING:
        return _("Decided. It is carried out when a second person agrees.")
    outcome = Outcome(decision.outcome)
    kinds = {Kind(kind) for kind in decision.wanted.values_list("kind", flat=True)}
    if acted_on(list(decision.items.select_related("report", "detection")), outcome):
        kinds.add(Kind.REMOVE if outcome == Outcome.CONFIRM else Kind.RESTORE)
    return told(kinds)


@page(Operation.OPEN_IDENTITIES, "POST")
def open_face(request: StaffRequest, ref: str) -> HttpResponse:
    """Open what stands behind one pseudonym of this case: for this person, for a purpose, for a quarter of an hour."""
    found = reach.found(request.user, ref)
    if answer := paused(request, found):
        return answer
    faces = Pseudonym.objects.filter(scope=scope_of(found))
    wanted = request.POST.get("pseudonym", "")
    face = next((one for one in faces if str(one.pk) == wanted), None)
    if face is None:
        raise NotFound
    if request.POST.get("purpose", "") not in Opening.Purpose.values:
        return render_case(request, found, note=_("Say what you need it for."), status=422)
    try:
        open_identity(request.user, pseudonym=face, purpose=request.POST["purpose"], second=given(request))
    except NoteMissing:
        note = _("The other person may be a child: write first what is best for both. Nothing was opened.")
        return render_case(request, found, note=note, status=409)
    is_text = face.kind == Pseudonym.Kind.REPORTER
    exposure.note(request.user, case=found, texts=int(is_text), identities=int(not is_text))
    for report in told_by(face, queries.items_of(found)):
        if report.state == Report.State.RECEIVED:  # whoever told us may know: a person is reading it
            say_state(request.user, report=report, state=Report.State.READ)
    return redirect("desk:case", ref=found.ref)


@page(Operation.READ_CASES, "POST")
def hold_it(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep all that this case gathers from destruction, for a year."""
    found = reach.found(request.user, ref)
    reach.require_here(request.user, Operation.PLACE_HOLD, found)
    basis, reference = (request.POST.get(name, "") for name in ("basis", "reference"))
    kept = queries.compartments_of(found)
    try:
        place(request.user, scope=scope_of(found), compartments=kept, basis=basis, reference=reference)
    except BadInput:
        note = _("Say on what basis; a letter of an authority has a reference.")
        return render_case(request, found, note=note, status=422)
    except Conflict:
        return render_case(request, found, note=_("Nothing is left here to hold: it was destroyed."), status=409)
    messages.success(request, _("Held for a year. You are warned thirty days before it ends."))
    return redirect("desk:case", ref=found.ref)


def beginnings(use: str) -> dict[str, Any]:
    """What staff may begin an answer from; the one they chose is put into the language of whoever told us."""
    language = get_language() or "en"
    known = {one.id: one for one in corrected(answers())}
    chosen = known.get(use)
    return {
        "beginnings": [(one.id, one.title.in_(language)) for one in known.values()],
        "begun": {"en": chosen.text.en, "km": chosen.text.in_("km")} if chosen else {},
    }


def clock_of(found: Case, *, may_decide: bool, is_paused: bool) -> dict[str, Any]:
    """What its clock waits for, or the form by which it may wait."""
    pause = queries.pause_of(found) if is_paused else None
    may_wait = may_decide and not found.is_emergency and found.due_at > timezone.now()
    return {
        "pause": pause,
        "pause_reference": queries.reference_of(pause) if pause else "",
        "pause_form": PauseForm() if may_wait else None,
    }


def regroup_of(view: dict[str, Any], *, may_decide: bool) -> dict[str, Any]:
    """The forms by which it is put together with another, or taken apart; what is decided stays where it is."""
    numbered = [item["id"] for item in view["items"]]
    apart = may_decide and len(numbered) > 1 and view["open_items"]
    return {
        "merge_form": MergeForm() if may_decide else None,
        "split_form": SplitForm(shown=numbered) if apart else None,
    }


def _alarms(reader: User, found: Case) -> list[dict[str, Any]]:
    """The alarm of this case, while it runs."""
    alarm = alarm_of_case(found)
    return [alarm_row(alarm, reader)] if alarm is not None and alarm.ended_at is None else []


def render_case(
    request: StaffRequest,
    found: Case,
    *,
    form: DecisionForm | None = None,
    reason: str = "",
    note: str | None = None,
    status: int = 200,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page, with what a form that came back says."""
    items = list(queries.items_of(found).select_related("near"))
    alike, here = clusters(items), reach.those_of(request.user, ASKED_FOR, found)
    begin(found, items)
    with transaction.atomic():  # one commit for all that opening a page writes, and nothing is read in it
        actions.note_view(request.user, case=found)  # also where a form comes back: the words are shown again
        watch = exposure.note(request.user, case=found, items=len(alike))
        be_here(request.user, found)
    there = beside(found, Alarm)
    read = Read(items, Faces(found, items, request.user.actor_id), Staff(), there)
    work = at_work(request, found, here, read)
    view: dict[str, Any] = case_view(found, request.user, alike, read)
    may_decide = found.state == Case.State.OPEN and may(request.user, Operation.DECIDE_CASES)
    if may_decide and form is None:
        shown = view["open_items"]
        form = DecisionForm(initial={"items": shown, "reason": reason}, shown=shown)
    context = view | {
        **work,
        "blocked": bool(work["lease"]) and not work["lease_mine"] and not note,  # what somebody wrote is shown again
        "form": form if may_decide else None,
        "may_decide": may_decide,
        "post_url": f"/cases/{found.ref}/decision",
        "note": note,
        "may_open": may(request.user, Operation.OPEN_IDENTITIES),
        "open_url": f"/cases/{found.ref}/open",
        "purposes": Opening.Purpose.choices,
        "may_hold": Operation.PLACE_HOLD in here,
        "hold_url": f"/cases/{found.ref}/hold",
        "holds": list(holds_running(timezone.now()).filter(scope=scope_of(found))),
        "bases": Hold.Basis.choices,
        "day": day_of(request.user, watch=watch),
        "alarms": _alarms(request.user, found) if Alarm in there else [],
        "here": f"/cases/{found.ref}",
        **beginnings(request.GET.get("use", "")),
        **playbook_view(found, items, may_work=Operation.DECIDE_CASES in here),
        **sight(found, here, read.staff, there),
        **clock_of(found, may_decide=may_decide, is_paused=Pause in there),
        **regroup_of(view, may_decide=may_decide),
        **people(found, here, forms, read),
    }
    return with_keys(request, render(request, "desk/case.html", context, status=status))

# SPDX-License-Identifier: Apache-2.0
"""Pages on the country: what holds, one entry with its history, and changes that wait for a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.countries import GROUPS, entry_of
from krama.errors import BadInput, NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.countries import actions, queries, shown
from krama.server.countries import words as said
from krama.server.countries.forms import EntryForm


@page(Operation.READ_GUIDELINES)
def country(request: StaffRequest) -> HttpResponse:
    """Everything that holds, what is amber, and what waits for a second person."""
    held, language = queries.pack(), _language()
    context = {
        "pack": held,
        "name": held.text.in_(language),
        "groups": shown.groups(held, language, timezone.localdate()),
        "waiting": shown.changes(queries.waiting(), held, request.user, language),
        "versions": [change.made for change in queries.accepted().reverse()],
        "left_out": queries.left_out(),
        "may_change": may(request.user, Operation.CHANGE_COUNTRY),
    }
    return render(request, "countries/country.html", context)


@page(Operation.READ_GUIDELINES)
def version(request: StaffRequest, number: int) -> HttpResponse:
    """The pack as it was in one version: records keep the one they were made under."""
    held, language = queries.pack_at(number), _language()
    context = {
        "pack": held,
        "name": held.text.in_(language),
        "groups": shown.groups(held, language, None),
        "is_now": held.version == queries.pack().version,
    }
    return render(request, "countries/version.html", context)


@page(Operation.READ_GUIDELINES)
def entry(request: StaffRequest, group: str, entry: str) -> HttpResponse:
    """One entry: what it says, its history, and a form to correct it."""
    return _entry(request, group, entry)


@page(Operation.CHANGE_COUNTRY, "POST")
def propose(request: StaffRequest, group: str, entry: str) -> HttpResponse:
    """The entry as it should be; another person decides."""
    _before(group, entry)
    form = _form(group, entry, request.POST)
    if not form.is_valid():
        return _entry(request, group, entry, form, status=422)
    return _proposed(request, form) or _entry(request, group, entry, form, status=422)


@page(Operation.CHANGE_COUNTRY, "POST")
def confirm(request: StaffRequest, group: str, entry: str) -> HttpResponse:
    """Somebody called today, and it is right; another person decides."""
    before = _before(group, entry)
    why = said.in_english(said.CONFIRM[before.get("confirm", "")])
    try:
        actions.confirm(request.user, group=group, entry=entry, why=why)
    except BadInput:
        messages.info(request, _("It was confirmed today already."))
    else:
        messages.success(request, _("Thank you. It holds as soon as another person accepts it."))
    return redirect("countries:entry", group, entry)


@page(Operation.CHANGE_COUNTRY, "GET", "POST")
def add(request: StaffRequest, group: str) -> HttpResponse:
    """An entry that is not there yet."""
    if group not in GROUPS:
        raise NotFound
    form = _form(group, "", request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (answer := _proposed(request, form)):
        return answer
    context = {"group": group, "group_label": said.GROUPS[group], "form": form}
    return render(request, "countries/add.html", context, status=422 if form.errors else 200)


@page(Operation.CHANGE_COUNTRY, "POST")
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A second person says yes; the next version holds."""
    change = actions.accept(request.user, change=pk)
    messages.success(request, _("Accepted. Version %(number)s holds from now on.") % {"number": change.made})
    return redirect("countries:entry", change.group, change.entry)


@page(Operation.CHANGE_COUNTRY, "POST")
def refuse(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A person says no, or takes back their own; nothing changes."""
    change = actions.refuse(request.user, change=pk)
    messages.success(request, _("Refused. Nothing has changed."))
    known = entry_of(queries.raw_now(), change.group, change.entry)
    return redirect("countries:entry", change.group, change.entry) if known else redirect("countries:country")


def _entry(
    request: StaffRequest, group: str, id: str, form: EntryForm | None = None, status: int = 200
) -> HttpResponse:
    before, held, language = _before(group, id), queries.pack(), _language()
    may_change = may(request.user, Operation.CHANGE_COUNTRY)
    history = shown.changes(queries.of_entry(group, id), held, request.user, language)
    context = {
        "group": group,
        "group_label": said.GROUPS[group],
        "version": held.version,
        "entry": shown.entry(held, group, id, language, timezone.localdate()),
        "waiting": [change for change in history if change.row.state == "proposed"],
        "history": [change for change in history if change.row.state != "proposed"],
        "confirm_label": said.CONFIRM[before.get("confirm", "")],
        "form": (form or _form(group, id, None)) if may_change else None,
        "may_change": may_change,
    }
    return render(request, "countries/entry.html", context, status=status)


def _proposed(request: StaffRequest, form: EntryForm) -> HttpResponse | None:
    """The way on; None when the action would not take it, which the form then says."""
    why = form.cleaned_data["why"]
    try:
        actions.propose(request.user, group=form.group, entry=form.entry_id, fields=form.plain(), why=why)
    except BadInput:
        form.add_error(None, _("Nothing would change; correct a field first."))
        return None
    messages.success(request, _("Proposed. It holds as soon as another person accepts it."))
    return redirect("countries:entry", form.group, form.entry) if form.entry else redirect("countries:country")


def _form(group: str, id: str, data: Any) -> EntryForm:
    raw = queries.raw_now()
    contacts = shown.contact_names(queries.pack(), _language())
    before = entry_of(raw, group, id) if id else None
    return EntryForm(data, group=group, raw=raw, contacts=contacts, entry=id, before=before)


def _before(group: str, id: str) -> dict[str, Any]:
    before = entry_of(queries.raw_now(), group, id)
    if before is None:
        raise NotFound
    return before


def _language() -> str:
    return get_language() or "en"

# SPDX-License-Identifier: Apache-2.0
"""Pages on staff and keys."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts import actions, queries, security, units
from krama.server.accounts.forms import AccessForm, KeyForm, NameForm, PlaceForm, ProviderForm, StaffForm
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.accounts.models import Key, User
from krama.server.accounts.second_factor import has_one


@page(Operation.READ_STAFF)
def staff(request: StaffRequest) -> HttpResponse:
    """Everybody who works here."""
    rows = queries.staff()
    return render(request, "accounts/staff.html", {"staff": rows, "may_add": may(request.user, Operation.ADD_STAFF)})


@page(Operation.ADD_STAFF, "GET", "POST")
def add_staff(request: StaffRequest) -> HttpResponse:
    """A new member of staff, with a password shown once."""
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = actions.random_password()
        try:
            person = actions.add_staff(request.user, password=password, **form.cleaned_data)
        except BadInput as problem:
            form.add_error(None, problem.detail)
        else:
            return render(request, "accounts/password_shown.html", {"subject": person, "password": password})
    return render(request, "accounts/staff_add.html", {"form": form})


@page(Operation.SIGNED_IN, "GET", "POST")
def person(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One's own page, or another's for those who may."""
    subject = _person(pk)
    require(request.user, Operation.READ_PERSON, subject)
    form = NameForm(request.POST or None, initial={"name": subject.name})
    if request.method == "POST":
        require(request.user, Operation.CHANGE_PERSON, subject)
        if form.is_valid():
            actions.change_person(request.user, person=subject, name=form.cleaned_data["name"])
            messages.success(request, _("Saved."))
            return redirect("accounts:person", pk=pk)
    return _render_person(request, subject, form)


@page(Operation.SIGNED_IN, "POST")
def administer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Another person's role and access."""
    subject = _person(pk)
    require(request.user, Operation.ADMINISTER_PERSON, subject)
    form = AccessForm(request.POST)
    if not form.is_valid():
        return _render_person(request, subject, NameForm(initial={"name": subject.name}))
    try:
        actions.administer_person(request.user, person=subject, **form.cleaned_data)
        messages.success(request, _("Saved."))
    except Conflict:
        messages.error(request, _("This is the last active administrator. Make another one first."))
    return redirect("accounts:person", pk=pk)


@page(Operation.SIGNED_IN, "POST")
def reset_password(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A new password for another person, shown once."""
    subject = _person(pk)
    require(request.user, Operation.ADMINISTER_PERSON, subject)
    password = actions.random_password()
    actions.set_password(request.user, username=subject.username, password=password)
    return render(request, "accounts/password_shown.html", {"subject": subject, "password": password})


@page(Operation.SIGNED_IN, "POST")
def reset_factor(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Another person lost their phone: they set up a new second factor when they sign in next."""
    subject = _person(pk)
    require(request.user, Operation.RESET_SECOND_FACTOR, subject)
    security.reset_second_factor(request.user, person=subject)
    messages.success(request, _("Reset. This person is signed out everywhere and sets up a new second factor."))
    return redirect("accounts:person", pk=pk)


@page(Operation.SIGNED_IN, "POST")
def provider_name(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What another person is called at the firm's sign-in provider."""
    subject = _person(pk)
    require(request.user, Operation.ADMINISTER_PERSON, subject)
    form = ProviderForm(request.POST)
    if form.is_valid():
        try:
            actions.name_at_provider(request.user, person=subject, **form.cleaned_data)
        except BadInput:
            form.add_error("provider_name", _("Somebody else has this name at the provider already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", pk=pk)
    return _render_person(request, subject, NameForm(initial={"name": subject.name}), form)


@page(Operation.SIGNED_IN, "POST")
def review(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Another person's role and access were looked at again, and are right."""
    subject = _person(pk)
    require(request.user, Operation.ADMINISTER_PERSON, subject)
    actions.review_person(request.user, person=subject)
    messages.success(request, _("Noted: you looked at this person’s role and access again."))
    return redirect("accounts:person", pk=pk)


@page(Operation.CHANGE_UNITS, "POST")
def place(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The unit a person works in."""
    subject = _person(pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _render_person(request, subject, NameForm(initial={"name": subject.name}))
    units.place_person(request.user, person=subject, unit=form.cleaned_data["unit"])
    messages.success(request, _("Saved."))
    return redirect("accounts:person", pk=pk)


@page(Operation.READ_KEYS)
def keys(request: StaffRequest) -> HttpResponse:
    """Keys for machines: all of them, and which of them this person may revoke."""
    rows = [{"key": key, "may_revoke": may(request.user, Operation.REVOKE_KEY, key)} for key in queries.keys()]  # noqa: SIM118 - a query, not a dict
    return render(request, "accounts/keys.html", {"keys": rows, "may_add": may(request.user, Operation.ADD_KEYS)})


@page(Operation.ADD_KEYS, "GET", "POST")
def add_key(request: StaffRequest) -> HttpResponse:
    """A new key, its secret shown once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, secret = actions.add_key(request.user, owner=request.user, **form.cleaned_data)
        return render(request, "accounts/key_added.html", {"key": key, "secret": secret})
    return render(request, "accounts/key_add.html", {"form": form})


@page(Operation.SIGNED_IN, "POST")
def revoke_key(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One's own key, or any key for an administrator."""
    key = Key.objects.filter(pk=pk).first()
    if key is None:
        raise NotFound
    require(request.user, Operation.REVOKE_KEY, key)
    actions.revoke_key(request.user, key=key)
    return redirect("accounts:keys")


def _person(pk: UUID) -> User:
    subject = User.objects.filter(pk=pk).first()
    if subject is None:
        raise NotFound
    return subject


def _render_person(
    request: StaffRequest, subject: User, form: NameForm, provider: ProviderForm | None = None
) -> HttpResponse:
    administers = may(request.user, Operation.ADMINISTER_PERSON, subject)
    access = AccessForm(initial={"role": subject.role, "is_active": subject.is_active}) if administers else None
    context = {
        "subject": subject,
        "form": form if may(request.user, Operation.CHANGE_PERSON, subject) else None,
        "access_form": access,
        "place_form": PlaceForm(initial={"unit": subject.unit_id})
        if may(request.user, Operation.CHANGE_UNITS)
        else None,
        "is_own": subject.pk == request.user.pk,
        "has_factor": has_one(subject),
        "may_reset": may(request.user, Operation.RESET_SECOND_FACTOR, subject),
        "provider_form": (provider or ProviderForm(initial={"provider_name": subject.provider_name}))
        if administers and settings.KRAMA_OIDC
        else None,
    }
    return render(request, "accounts/person.html", context)

# SPDX-License-Identifier: Apache-2.0
"""What staff and keys are asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Role, Scope, User


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new member of staff."""

    class Meta:
        model = User
        fields = ("name", "username", "role")


class NameForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=120)


class AccessForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    is_active = forms.BooleanField(label=_("May sign in"), required=False)


class KeyForm(forms.Form):
    """A new key for a machine."""

    name = forms.CharField(label=_("What is it for?"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

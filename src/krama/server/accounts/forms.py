# SPDX-License-Identifier: Apache-2.0
"""What staff and keys are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Role, Scope, Unit, User


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


class ProviderForm(forms.Form):
    """How the firm's own sign-in provider calls somebody."""

    provider_name = forms.CharField(
        label=_("Name at the sign-in provider"),
        help_text=_("Exactly as the provider writes it. Leave it empty, and this person does not come in that way."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"translate": "no", "autocapitalize": "none", "spellcheck": "false"}),
    )


class Few(ModelChoiceIterator):  # type: ignore[type-arg]
    """The rows in one question; Django asks for them by a cursor in the database, in three."""

    field: NameChoice

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from map(self.choice, self.field.offered or self.queryset or ())


class NameChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Something with a name of its own, such as a unit: names are not translated."""

    iterator = Few
    offered: Sequence[Any] = ()  # the same rows, where the page has read them already; an answer is looked up anew

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "translate": "no"}


class PersonChoice(NameChoice):
    """Somebody of the staff, by name."""

    def label_from_instance(self, obj: object) -> str:
        return obj.name if isinstance(obj, User) else str(obj)


def working_staff() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("name")


class UnitForm(forms.Form):
    """A unit, new or changed. Head and deputy may stay empty for now."""

    name = forms.CharField(label=_("Name of the unit"), max_length=80)
    kind = forms.ChoiceField(label=_("What it does"), choices=Unit.Kind.choices)
    headcount = forms.IntegerField(
        label=_("How many people work there"),
        help_text=_("Everybody, with or without an account here."),
        min_value=1,
        max_value=100_000,
        initial=1,
    )
    head = PersonChoice(label=_("Head"), queryset=User.objects.none(), required=False)
    deputy = PersonChoice(
        label=_("Deputy"), help_text=_("Another person than the head."), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["head"].queryset = self.fields["deputy"].queryset = working_staff()  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        others = Unit.objects.exclude(pk=self.unit.pk) if self.unit else Unit.objects.all()
        if others.filter(name=name).exists():
            raise forms.ValidationError(_("There is a unit of this name already; choose another name."))
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("head") is not None and given.get("head") == given.get("deputy"):
            self.add_error("deputy", _("Choose another person than the head, so that one can stand in for the other."))
        return given


class UnitChangeForm(UnitForm):
    is_active = forms.BooleanField(
        label=_("The unit works"),
        help_text=_("A closed unit keeps its past; its requirements wait to be shared out again."),
        required=False,
    )


class PlaceForm(forms.Form):
    """The unit of one person."""

    unit = NameChoice(label=_("Unit"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A new key for a machine."""

    name = forms.CharField(label=_("What is it for?"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

# SPDX-License-Identifier: Apache-2.0
"""What the support page asks. Each form is one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.models import Opening
from krama.server.support.actions.refer import Whose
from krama.server.support.actions.trusted import FOR_THE_CHILD
from krama.server.support.models import Referral, Step, What


def words(label: Any, *, needed: bool = True, hint: Any = "", most: int = 2_000) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=most, required=needed, help_text=hint, widget=area)


def day(label: Any, *, needed: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=needed, widget=forms.DateInput(attrs={"type": "date"}))


class OfferForm(forms.Form):
    what = forms.ChoiceField(label=_("What is offered"), choices=What.choices)
    words = words(_("In words, if you like"), needed=False)


class MoveForm(forms.Form):
    """One step's own buttons."""

    step = forms.UUIDField()
    to = forms.ChoiceField(choices=Step.State.choices)


class ReferForm(forms.Form):
    """With consent, or in danger: the action refuses everything between."""

    basis = forms.ChoiceField(label=_("On what basis?"), widget=forms.RadioSelect, choices=Referral.Basis.choices)
    whose = forms.ChoiceField(label=_("Who agreed"), choices=[("", "—"), *Whose.choices], required=False)
    on = day(_("On which day"), needed=False)
    how = words(_("How it was asked"), needed=False, most=500)
    danger = words(_("Without consent: what the danger is"), needed=False)


class FollowUpForm(forms.Form):
    on = day(_("On which day"))
    words = words(_("What to look at then"))


class FollowedUpForm(forms.Form):
    follow_up = forms.UUIDField()
    words = words(_("How the child is now"))


class TrustedForm(forms.Form):
    who = forms.CharField(label=_("Whom the child named"), max_length=200)
    reach = forms.CharField(label=_("Number or address"), max_length=200, required=False)
    way = words(
        _("The safe way that the child agreed to"),
        needed=False,
        most=500,
        hint=_("How, when, and what may be said. Leave it empty, and nobody contacts this person."),
    )


class OpenTrustedForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What do you need it for?"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in Opening.Purpose if one in FOR_THE_CHILD],
    )


class ContactedForm(forms.Form):
    """Its button alone."""


class RemovalForm(forms.Form):
    item = forms.ChoiceField(label=_("What should go"))
    whose = forms.ChoiceField(label=_("Who wishes it"), choices=Whose.choices)
    words = words(_("Why it hurts, in their words"), hint=_("Ask for as little as you can; never for the picture."))

    def __init__(self, *args: Any, items: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = items  # type: ignore[attr-defined]


class DecideRemovalForm(forms.Form):
    removal = forms.UUIDField()
    agreed = forms.ChoiceField(choices=[("yes", _("Remove it")), ("no", _("Do not remove it"))])
    reason = words(_("Why, in your own words"))

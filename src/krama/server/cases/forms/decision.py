# SPDX-License-Identifier: Apache-2.0
"""What a decision asks, and who may see a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice, PersonChoice, working_staff
from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import Unit, User
from krama.server.cases.models import Layer, Outcome, Pause, Recusal, Sensitivity, Wanted, Wave
from krama.server.cases.wanted import choices
from krama.server.countries.queries import pack

_LINES = forms.Textarea(attrs={"rows": 2})


class DecisionForm(forms.Form):
    """`items` holds what the page showed: what joins the case meanwhile is not decided unseen."""

    outcome = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=[
            (Outcome.CONFIRM, _("It is what the list says. The app will remove it.")),
            (Outcome.DISMISS, _("It is something else. The app will restore it.")),
        ],
    )
    layer = forms.ChoiceField(
        label=_("On what ground?"),
        widget=forms.RadioSelect,
        choices=Layer.choices,
        required=False,
        help_text=_("Needed when you confirm."),
    )
    reason = forms.CharField(
        label=_("Why, in your own words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    law = forms.ChoiceField(label=_("Which law"), required=False)
    rule = forms.CharField(label=_("Which article, or which of our rules"), max_length=300, required=False)
    facts = forms.CharField(
        label=_("The facts you rely on"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    items = forms.TypedMultipleChoiceField(widget=forms.MultipleHiddenInput)
    also = forms.MultipleChoiceField(
        label=_("What else is to be done?"),
        choices=Wanted.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, shown: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(item, item) for item in shown]  # type: ignore[attr-defined]
        language = get_language() or "en"
        laws = [(law.id, law.text.in_(language)) for law in pack().laws if law.status == "in-force"]
        self.fields["law"].choices = [("", "—"), *laws]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("outcome") == Outcome.CONFIRM and not found.get("layer"):
            self.add_error("layer", _("Say on what ground: the law, or our rules."))
        elif set(found.get("also", ())) - set(choices(found.get("outcome", ""), found.get("layer", ""))):
            self.add_error("also", _("Not all of this goes with this outcome and this ground."))
        if found.get("layer") != Layer.LAW or found.get("outcome") != Outcome.CONFIRM:
            found["law"] = ""  # chosen before the ground was changed
        return found


class PauseForm(forms.Form):
    """What a case's clock waits for."""

    reason = forms.ChoiceField(label=_("What do you wait for?"), widget=forms.RadioSelect, choices=Pause.Reason.choices)
    days = forms.IntegerField(label=_("For how many days at most?"), min_value=1, max_value=30)
    reference = forms.CharField(label=_("Reference of the letter, if there is one"), max_length=200, required=False)


class MergeForm(forms.Form):
    """Which case this one goes into."""

    into = forms.CharField(label=_("Reference of the other case"), max_length=10)
    reason = forms.CharField(label=_("Why do they belong together?"), max_length=2_000, widget=_LINES)


class SplitForm(forms.Form):
    """What leaves a case."""

    items = forms.MultipleChoiceField(label=_("What goes?"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Why does it not belong here?"), max_length=2_000, widget=_LINES)

    def __init__(self, *args: Any, shown: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [(item, _("Item %(number)s") % {"number": number}) for number, item in enumerate(shown, 1)]
        self.fields["items"].choices = numbered  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Whose case it is."""

    person = PersonChoice(label=_("Person"), queryset=User.objects.none(), required=False)
    unit = NameChoice(label=_("Unit"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, offered: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, deciders(), offered)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """One person more, or one person less, who may see a case."""

    person = PersonChoice(label=_("Who may see it too, or no longer"), queryset=User.objects.none())
    named = forms.ChoiceField(
        label=_("May this person see it?"), choices=[("yes", _("May see it")), ("no", _("No longer"))]
    )

    def __init__(self, *args: Any, offered: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, deciders(), offered)


class SensitivityForm(forms.Form):
    to = forms.ChoiceField(label=_("How many may know of it"), choices=Sensitivity.choices)
    reason = forms.CharField(label=_("Why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))


class ConflictForm(forms.Form):
    """I know somebody in this case; or, with a person, they do."""

    ground = forms.ChoiceField(
        label=_("What keeps this person from the case"), choices=[("", "—"), *Recusal.Ground.choices]
    )
    person = PersonChoice(label=_("For somebody else"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, others: bool = True, offered: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The auditor and the administrator can be kept out too: of acts, and of emergencies.
        _offer(self, working_staff(), offered)
        if not others:
            del self.fields["person"]


class OwnAccountsForm(forms.Form):
    ids = forms.CharField(
        label=_("The ids of your own accounts, one a line"),
        help_text=_(
            "The id that your firm’s service gave the account, not your name. Only a keyed hash of it is kept."
        ),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class WaveForm(forms.Form):
    """The draft, and what becomes of it; the button says which."""

    english = forms.CharField(
        label=_("To your users, in English"),
        max_length=Wave.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )
    khmer = forms.CharField(
        label=_("To your users, in Khmer"),
        max_length=Wave.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "km"}),
    )
    reason = forms.CharField(
        label=_("Why it is released or dropped"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    act = forms.ChoiceField(choices=[("save", ""), ("release", ""), ("drop", "")], widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("act") == "save":
            self.fields["reason"].required = False  # nothing is answered yet


def _offer(form: forms.Form, people: QuerySet[User], offered: Sequence[User]) -> None:
    """`offered`: the same people, for a page that has read them already."""
    field = form.fields["person"]
    assert isinstance(field, PersonChoice)
    field.queryset, field.offered = people, offered


def deciders() -> QuerySet[User]:
    """Whoever may read cases at all."""
    return User.objects.filter(is_active=True, role__in=ROLES[Operation.READ_CASES]).order_by("name")

# SPDX-License-Identifier: Apache-2.0
"""What a line is asked for, in groups; the minimisation question; what is done about its risk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, BoundField, formset_factory
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Unit, User
from krama.server.confidentiality import words
from krama.server.confidentiality.facts import LENGTHS, LONGEST_DAYS, NAMES, Facts, Party, faults
from krama.server.confidentiality.models import Line, Weighing
from krama.server.confidentiality.models.impact import Residual
from krama.server.confidentiality.models.register import Basis, Consent, Then
from krama.server.confidentiality.queries.register import units_of

DAY = {"type": "date"}
SPLIT = re.compile(r"[,\n]")
MODEL = _("The list follows an international model; where a law asks for it, name the law.")
YES = (("yes", _("Yes")), ("no", _("No")))


def _text(name: str, *, rows: int = 1, help_text: Any = "", required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else None
    return forms.CharField(
        label=words.FACTS[name], max_length=LENGTHS.get(name), required=required, help_text=help_text, widget=widget
    )


class UnitChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units to tick; their names are not translated."""

    def label_from_instance(self, obj: object) -> str:
        return format_html('<span translate="no">{}</span>', obj)


class LineForm(forms.Form):
    """All facts of a line. `seen` is the version that stood on the page."""

    name = _text("name", required=True, help_text=_("Such as: day of birth at sign-up."))
    categories = forms.MultipleChoiceField(
        label=words.FACTS["categories"], choices=list(words.CATEGORIES.items()), widget=forms.CheckboxSelectMultiple
    )
    system = _text("system", required=True)
    place = _text("place")
    field_names = forms.CharField(
        label=words.FACTS["field_names"],
        required=False,
        max_length=20_000,
        help_text=_("With a comma between two, as the system calls them. Never write what stands in them."),
    )
    purpose = _text("purpose", rows=3, required=True)
    basis = forms.ChoiceField(
        label=words.FACTS["basis"], choices=Basis.choices, initial=Basis.NOT_KNOWN, help_text=MODEL
    )
    basis_words = _text("basis_words")
    seen_by = UnitChoices(
        label=words.FACTS["seen_by"],
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seen_roles = _text("seen_roles")
    kept_days = forms.IntegerField(
        label=words.FACTS["kept_days"],
        required=False,
        min_value=0,
        max_value=LONGEST_DAYS,
        help_text=_("Empty while nobody knows: then it stands as a gap."),
    )
    then = forms.ChoiceField(label=words.FACTS["then"], choices=Then.choices, initial=Then.NOT_KNOWN)
    then_words = _text("then_words")
    consent = forms.ChoiceField(label=words.FACTS["consent"], choices=Consent.choices, initial=Consent.NOT_KNOWN)
    consent_how = _text("consent_how")
    unit = NameChoice(label=words.FACTS["unit"], queryset=Unit.objects.none())
    review_on = forms.DateField(
        label=words.FACTS["review_on"], widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    GROUPS = (
        (_("What and where"), ("name", "categories", "system", "place", "field_names")),
        (_("Why"), ("purpose", "basis", "basis_words")),
        (_("Who sees it"), ("seen_by", "seen_roles")),
        (_("How long"), ("kept_days", "then", "then_words")),
        (_("The guardian"), ("consent", "consent_how")),
        (_("Who answers for it"), ("unit", "review_on")),
    )

    def __init__(self, *args: Any, person: User, review_was: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review_was = review_was
        self.fields["unit"].queryset = units_of(person, Operation.WRITE_REGISTER).filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["seen_by"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]

    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        for label, names in self.GROUPS:
            yield label, [self[name] for name in names]

    def facts(self, parties: tuple[Party, ...]) -> Facts:
        """What was written; only of a form that is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name in NAMES}
        names = (" ".join(one.split()) for one in SPLIT.split(given["field_names"]))
        given |= {"categories": tuple(given["categories"]), "field_names": tuple(dict.fromkeys(filter(None, names)))}
        given |= {"seen_by": tuple(sorted(str(unit.pk) for unit in given["seen_by"])), "unit": str(given["unit"].pk)}
        return Facts(**given, third_parties=parties)

    def take(self, parties: tuple[Party, ...]) -> Facts | None:
        """The facts; None where something is wrong with them, which the form then says."""
        facts = self.facts(parties)
        for name, why in faults(facts, timezone.localdate(), self.review_was).items():
            self.add_error(name if name in self.fields else None, gettext(why))
        return None if self.errors else facts


class PartyForm(forms.Form):
    """Somebody outside; an empty row is none."""

    name = forms.CharField(label=_("Its name"), max_length=120, required=False)
    country = forms.CharField(
        label=_("Country, two letters"), max_length=2, required=False, widget=forms.TextInput(attrs={"size": 4})
    )
    why = forms.CharField(label=_("What it gets the data for"), max_length=300, required=False)
    is_sdk = forms.BooleanField(label=_("A building block (SDK) inside our app"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        country = str(given.get("country", "")).upper()
        if any((given.get("name"), given.get("why"), country)):
            if not (given.get("name") and given.get("why")):
                self.add_error("name", _("Of each third party: its name, and what it gets the data for."))
            if not (len(country) == 2 and country.isascii() and country.isalpha()):
                self.add_error("country", _("Write the country with two letters, such as KH or SG."))
        return given | {"country": country}


PartyForms = formset_factory(PartyForm, extra=2, max_num=30, absolute_max=40)


def parties_of(rows: BaseFormSet[PartyForm]) -> tuple[Party, ...]:
    """The rows that are not empty."""
    given = [row.cleaned_data for row in rows if row.cleaned_data.get("name")]
    return tuple(Party(one["name"], one["country"], one["why"], bool(one["is_sdk"])) for one in given)


def typed(line: Line | None, unit: Unit | None) -> dict[str, Any]:
    """A line as it stands in the form; a new one begins with a year until the next look."""
    if line is None:
        day = timezone.localdate() + timedelta(days=365)
        return {"seen": 0, "review_on": day, "unit": unit.pk if unit else None}
    held = {name: getattr(line, name) for name in NAMES}
    held |= {"field_names": ", ".join(line.field_names), "unit": line.unit_id, "seen": line.version}
    return held | {"seen_by": list(line.seen_by.values_list("pk", flat=True))}


class WeighForm(forms.Form):
    """The minimisation question."""

    needed = forms.ChoiceField(label=_("Do you need it?"), choices=YES, widget=forms.RadioSelect)
    coarser = forms.ChoiceField(
        label=_("Could it be coarser?"),
        help_text=_("Such as a year of birth, or over 13, in place of the day."),
        choices=YES,
        widget=forms.RadioSelect,
    )
    shorter = forms.ChoiceField(label=_("Could it be kept for less time?"), choices=YES, widget=forms.RadioSelect)
    on_device = forms.ChoiceField(
        label=_("Could it stay on the child’s own device?"), choices=YES, widget=forms.RadioSelect
    )
    decision = forms.ChoiceField(label=_("Your decision"), choices=Weighing.Decision.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("Why, in your words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("needed") == "no" and given.get("decision") == Weighing.Decision.KEEP:
            self.add_error("decision", _("What is not needed is reduced or stopped, not kept."))
        return given

    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        told = {name: given[name] == "yes" for name in ("needed", "coarser", "shorter", "on_device")}
        return {**told, "decision": given["decision"], "words": given["words"], "seen": given["seen"]}


class TreatForm(forms.Form):
    """What is done about the risk."""

    measures = forms.CharField(
        label=_("What you do about this risk"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    residual = forms.ChoiceField(label=_("What risk remains then"), choices=Residual.choices, widget=forms.RadioSelect)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class EndForm(forms.Form):
    """How it came that it is not held any more."""

    why = forms.CharField(label=_("How it came to an end"), max_length=500)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

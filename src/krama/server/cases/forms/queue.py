# SPDX-License-Identifier: Apache-2.0
"""Forms of the queue: what one looks at, a view's name, a rule that routes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice
from krama.server.accounts.models import Unit
from krama.server.cases.facets import abouts, languages, sectors
from krama.server.cases.forms.decision import deciders
from krama.server.cases.models import Severity

ANY = ("", _("any"))
AGES = [ANY, ("day", _("opened within a day")), ("week", _("opened within a week")), ("older", _("older than a week"))]
CLOCKS = [ANY, ("late", _("late")), ("soon", _("due within an hour")), ("in-time", _("more than an hour left"))]


class FilterForm(forms.Form):
    """A plain form that is sent by GET: the address is the view, and can be sent to a colleague."""

    severity = forms.MultipleChoiceField(
        label=_("How grave"), required=False, choices=Severity.choices, widget=forms.CheckboxSelectMultiple
    )
    lane = forms.ChoiceField(
        label=_("Danger"),
        required=False,
        choices=[ANY, ("emergency", _("in danger now")), ("usual", _("nobody is in danger now"))],
    )
    clock = forms.ChoiceField(label=_("Clock"), required=False, choices=CLOCKS)
    age = forms.ChoiceField(label=_("Age of the case"), required=False, choices=AGES)
    source = forms.ChoiceField(
        label=_("Where it came from"),
        required=False,
        choices=[ANY, ("scanner", _("found by the scanner")), ("report", _("told by a person"))],
    )
    about = forms.ChoiceField(label=_("What it is about"), required=False)
    language = forms.ChoiceField(label=_("Language of the report"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    assignee = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        people = deciders().values_list("pk", "name")
        self._choose("about", abouts())
        self._choose("language", languages())
        self._choose("sector", sectors())
        self._choose("unit", [("mine", _("my unit")), ("none", _("no unit")), *_named(units)])
        self._choose("assignee", [("me", _("me")), ("nobody", _("nobody")), *_named(people)])
        for name in ("unit", "assignee"):
            self.fields[name].widget.attrs["translate"] = "no"  # names of people and units

    def picked(self) -> list[str]:
        """What it lets through, in words."""
        found = []
        for name, field in self.fields.items():
            value = self.initial.get(name) or ()
            labels = dict(field.choices)  # type: ignore[attr-defined]
            values = [value] if isinstance(value, str) else value
            found += [f"{field.label} · {labels.get(one, one)}" for one in values]
        return found

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]


def _named(rows: Any) -> list[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in rows]


class ViewForm(forms.Form):
    """The filters of the page it stands on, under a name."""

    name = forms.CharField(label=_("Name of this view"), max_length=60, help_text=_("Nobody’s name, and no account."))
    shared = forms.BooleanField(label=_("Everybody may use it"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]


class RouteForm(forms.Form):
    """An empty condition fits everything."""

    name = forms.CharField(
        label=_("Name of the rule"), max_length=60, help_text=_("It stands in the history of every case that it sends.")
    )
    language = forms.ChoiceField(label=_("Language of the report"), required=False)
    about = forms.ChoiceField(label=_("What it is about"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    unit = NameChoice(label=_("Goes to this unit"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("language", languages()), ("about", abouts()), ("sector", sectors())):
            self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]

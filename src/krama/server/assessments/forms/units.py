# SPDX-License-Identifier: Apache-2.0
"""What is asked about a unit's trainings, drills and people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import PersonChoice, working_staff
from krama.server.accounts.models import Unit
from krama.server.assessments.actions.duties import MOST_MINUTES
from krama.server.assessments.models import UnitRecord


class RecordForm(forms.Form):
    """A training or a drill that took place."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=UnitRecord.Kind.choices, widget=forms.RadioSelect)
    topic = forms.CharField(label=_("What was it about?"), max_length=120)
    on = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}))
    people = forms.IntegerField(label=_("How many people took part?"), min_value=1)
    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def clean_people(self) -> int:
        people = int(self.cleaned_data["people"])
        if people > self.unit.headcount:
            raise forms.ValidationError(
                _("%(count)s people work there; correct the number, or the unit.") % {"count": self.unit.headcount}
            )
        return people

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet; record it when it was done."))
        return day


class JoinForm(forms.Form):
    """Somebody with an account who works in the unit."""

    person = PersonChoice(label=_("Person"), queryset=working_staff().none())

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = working_staff().exclude(unit=unit)  # type: ignore[attr-defined]

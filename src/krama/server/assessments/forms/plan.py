# SPDX-License-Identifier: Apache-2.0
"""What is asked of a step of the plan: what, who, until when; and what shows it done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice, PersonChoice, working_staff
from krama.server.accounts.models import Unit
from krama.server.assessments.actions.plan import LONGEST
from krama.server.assessments.models import GivenProof, PlanTask


class TaskForm(forms.Form):
    """One step. Without words of its own it is what its line says."""

    text = forms.CharField(label=_("What is to be done"), max_length=LONGEST, required=False)
    unit = NameChoice(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    owner = PersonChoice(label=_("Person"), queryset=working_staff().none(), required=False)
    due_on = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, task: PlanTask | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = working_staff()  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate() and (self.task is None or day != self.task.due_on):
            raise forms.ValidationError(_("This day has passed; choose a day to come."))
        return day


class ProofChoice(NameChoice):
    """A proof by its title."""

    def label_from_instance(self, obj: object) -> str:
        return obj.title if isinstance(obj, GivenProof) else str(obj)


class DoneForm(forms.Form):
    """What shows that it is done, if something was given for its line."""

    proof = ProofChoice(label=_("What shows it"), queryset=GivenProof.objects.none(), required=False)

    def __init__(self, *args: Any, task: PlanTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = GivenProof.objects.filter(line_id=task.line_id, withdrawn_at=None).order_by("-given_at")
        self.fields["proof"].queryset = given  # type: ignore[attr-defined]


class DropForm(forms.Form):
    """Why it will not be done."""

    why = forms.CharField(label=_("Why it will not be done"), max_length=LONGEST)

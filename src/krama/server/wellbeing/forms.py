# SPDX-License-Identifier: Apache-2.0
"""What a person chooses for themselves, and what the administrator writes for the firm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.server.wellbeing.actions import LOWEST
from krama.server.wellbeing.kinds import Kind
from krama.server.wellbeing.models import Care

MOST = 480


class ChoicesForm(forms.Form):
    """For the person who is signed in, and nobody else: there is no field that says for whom."""

    minutes = forms.IntegerField(label=_("At most so many minutes a day"), required=False, min_value=LOWEST)
    kinds = forms.MultipleChoiceField(
        label=_("Do not give me"), required=False, choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["minutes"]
        assert isinstance(field, forms.IntegerField)
        self.fields["minutes"] = forms.IntegerField(
            label=field.label,
            required=False,
            min_value=LOWEST,
            max_value=most,
            help_text=_("The firm’s limit is %(most)s. Empty: the firm’s.") % {"most": most},
        )


class CareForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Care
        fields = (
            "counsellor",
            "contact",
            "hours",
            "verified_on",
            "other_work",
            "daily_minutes",
            "offer_minutes",
            "must_minutes",
            "break_minutes",
        )
        labels = {
            "counsellor": _("Whom those who review may talk to"),
            "contact": _("How they are reached"),
            "hours": _("When"),
            "verified_on": _("Called and confirmed on"),
            "other_work": _("Whom to ask for other work"),
            "daily_minutes": _("At most so many minutes of cases a day"),
            "offer_minutes": _("Minutes with the gravest until a break is offered"),
            "must_minutes": _("Minutes with the gravest until no next case comes without a break"),
            "break_minutes": _("How long a break is, in minutes"),
        }
        help_texts = {
            "counsellor": _("Somebody outside the line of work, free of charge for staff, who tells the firm nothing."),
            "verified_on": _("Call the number yourself first."),
        }
        widgets = {"verified_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, least, most in (
            ("daily_minutes", 30, MOST),
            ("offer_minutes", 10, 120),
            ("must_minutes", 10, 180),
            ("break_minutes", 5, 60),
        ):
            old = self.fields[name]
            self.fields[name] = forms.IntegerField(label=old.label, min_value=least, max_value=most)

    def clean_verified_on(self) -> date | None:
        day: date | None = self.cleaned_data["verified_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        offered, must = found.get("offer_minutes"), found.get("must_minutes")
        if offered and must and must < offered:
            self.add_error("must_minutes", _("Not before a break is offered."))
        if found.get("verified_on") and not found.get("contact"):
            self.add_error("contact", _("Say how they are reached."))
        return found

# SPDX-License-Identifier: Apache-2.0
"""The conclusion of an impact assessment, and a retention period."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.actions.period import LEAST, LONGEST, MOST


class ImpactForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Your conclusion"),
        help_text=_("What the risks to children are as a whole, what you do about them, whom you asked."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )


class PeriodForm(forms.Form):
    days = forms.IntegerField(label=_("Days after its matter was closed"), min_value=LEAST, max_value=MOST)
    reason = forms.CharField(label=_("The law, or the reason"), max_length=LONGEST)

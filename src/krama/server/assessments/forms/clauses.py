# SPDX-License-Identifier: Apache-2.0
"""The form that takes a filled workbook of clauses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ClausesForm(forms.Form):
    """A workbook, or a catalogue that somebody else made of one."""

    file = forms.FileField(
        label=_("The filled workbook"),
        help_text=_("An .xlsx file made from the template, or a catalogue as .yaml."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )

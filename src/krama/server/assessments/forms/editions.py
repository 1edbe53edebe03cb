# SPDX-License-Identifier: Apache-2.0
"""What is asked when an edition is submitted, and when somebody decides on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.assessments.actions.editions import LONGEST_NAME, LONGEST_NOTE


class SubmitForm(forms.Form):
    """The name of a new edition."""

    name = forms.CharField(label=_("Its name, such as the year"), max_length=LONGEST_NAME)


class DecideForm(forms.Form):
    """Approve, or send back and say why."""

    decision = forms.ChoiceField(
        label=_("What do you say?"),
        choices=[("approve", _("It is right: approve it")), ("return", _("Something is not right: send it back"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Your note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_NOTE, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "return" and not given.get("note", "").strip():
            self.add_error("note", _("Say what is to be mended."))
        return given

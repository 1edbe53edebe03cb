# SPDX-License-Identifier: Apache-2.0
"""The forms for an inventory that is uploaded, and for deciding on what it proposes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice
from krama.server.accounts.models import Unit


class ScanForm(forms.Form):
    file = forms.FileField(label=_("The file that the scan wrote"), allow_empty_file=True)


class DecideForm(forms.Form):
    """What was ticked, and what becomes of it."""

    chosen = forms.TypedMultipleChoiceField(label=_("Fields"))
    unit = NameChoice(label=_("Unit that answers for it"), queryset=Unit.objects.none(), required=False)
    why = forms.CharField(label=_("Why it is not taken"), max_length=300, required=False)
    do = forms.ChoiceField(choices=(("accept", ""), ("dismiss", "")))

    def __init__(self, *args: Any, known: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(pk, pk) for pk in known or []]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("do") == "accept" and given.get("unit") is None:
            self.add_error("unit", _("Choose the unit that answers for it."))
        if given.get("do") == "dismiss" and not str(given.get("why", "")).strip():
            self.add_error("why", _("Say why; the same scan will not ask again."))
        return given

# SPDX-License-Identifier: Apache-2.0
"""What a decision asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models import Layer, Outcome


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
    items = forms.TypedMultipleChoiceField(widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, shown: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(item, item) for item in shown]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("outcome") == Outcome.CONFIRM and not found.get("layer"):
            self.add_error("layer", _("Say on what ground: the law, or our rules."))
        return found

# SPDX-License-Identifier: Apache-2.0
"""What is asked of the people in a case, and on the peer path. Each form is one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.cases.actions.peer import LONGEST, SHORTEST_NOTE, Asked
from krama.server.cases.models.peer import Answer
from krama.server.cases.models.people import Part


class RoleForm(forms.Form):
    """Of one pseudonym; the page names which."""

    pseudonym = forms.UUIDField(widget=forms.HiddenInput)
    part = forms.ChoiceField(label=_("What this person is in the case"), choices=Part.choices)


class ChildForm(forms.Form):
    """Its button alone."""


class PeerForm(forms.Form):
    said = forms.ChoiceField(widget=forms.HiddenInput, choices=[("yes", "yes"), ("no", "no")])
    words = forms.CharField(
        label=_("From what you take it"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class WishForm(forms.Form):
    """The child's wish about a referral."""

    answer = forms.ChoiceField(label=_("What the child wishes about a referral"), choices=Answer.choices)
    asked_on = forms.DateField(
        label=_("When they were asked"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    asked_by = forms.CharField(label=_("By whom"), max_length=120, required=False)
    wish_words = forms.CharField(
        label=_("In their words"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        asked = found.get("answer") in (Answer.YES, Answer.NO)
        if asked and not (found.get("asked_on") and (found.get("asked_by") or "").strip()):
            self.add_error("asked_on", _("Say when and by whom the child was asked."))
        return found

    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(given["answer"], given["asked_on"], given["asked_by"], given["wish_words"])


class NoteForm(WishForm):
    """The note on the best interests of both children, with the child's wish."""

    words = forms.CharField(
        label=_("What is best for both children"),
        help_text=_("What would help each of them, what was tried, and what this step would do to them. No names."),
        min_length=SHORTEST_NOTE,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("words", "answer", "asked_on", "asked_by", "wish_words")

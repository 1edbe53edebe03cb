# SPDX-License-Identifier: Apache-2.0
"""What a line is answered with, in whose hands it is put, and how a proof is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from krama.guidelines import Line
from krama.server.accounts.forms import NameChoice, PersonChoice, working_staff
from krama.server.accounts.models import Unit
from krama.server.assessments.actions.answers import LONGEST
from krama.server.assessments.queries.catalogue import catalogue


class AnswerForm(forms.Form):
    """Where the firm stands on one line. `seen` is the revision that stood on the page."""

    level = forms.TypedChoiceField(
        label=_("Where do you stand?"), widget=forms.RadioSelect, coerce=int, empty_value=None, required=False
    )
    words = forms.CharField(
        label=_("In your words: what you do, what is missing"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST,
        required=False,
    )
    set_aside = forms.BooleanField(label=_("This does not apply to our firm"), required=False)
    why_aside = forms.CharField(
        label=_("Why it does not apply"), widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST, required=False
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        scale = [(word.id, word.text.in_(language)) for word in catalogue().words.scale]
        self.fields["level"].choices = scale  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("set_aside") and not given.get("why_aside", "").strip():
            self.add_error("why_aside", _("Write why; without a reason the line counts."))
        if given.get("level") is None and not given.get("words", "").strip() and not given.get("set_aside"):
            self.add_error("level", _("Choose one sentence, or write something."))
        return given


class HandForm(forms.Form):
    """In whose hands a line lies, and when somebody looks at it again."""

    unit = NameChoice(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    owner = PersonChoice(label=_("Person"), queryset=working_staff().none(), required=False)
    review_on = forms.DateField(
        label=_("Look at it again on"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = working_staff()  # type: ignore[attr-defined]


class GivenForm(forms.Form):
    """What any proof needs: what it shows, and its title."""

    proof_id = forms.ChoiceField(label=_("What it shows"))
    title = forms.CharField(label=_("Its title"), max_length=200)

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof_id"].choices = asked_of(line, get_language() or "en")  # type: ignore[attr-defined]


class FileForm(GivenForm):
    """A document: hashed here and not kept; it stays in the firm's own store."""

    place = forms.CharField(label=_("Where the document lies in your firm"), max_length=500)
    file = forms.FileField(
        label=_("The document"), help_text=_("Only its fingerprint is kept here, so that nobody can change it unseen.")
    )


class LinkForm(GivenForm):
    """A page that anybody can open."""

    url = forms.URLField(label=_("Its address"), max_length=500, assume_scheme="https")


class WordForm(GivenForm):
    """Somebody says what they saw."""

    said = forms.CharField(label=_("What was seen, where and when"), widget=forms.Textarea(attrs={"rows": 3}))


def asked_of(line: Line, language: str) -> Iterable[tuple[str, str]]:
    """The proofs that people give for a line; what is live Krama sees for itself."""
    proofs = (catalogue().proof(name) for name in line.proof)
    return [(proof.id, proof.text.in_(language)) for proof in proofs if proof.kind != "live"]

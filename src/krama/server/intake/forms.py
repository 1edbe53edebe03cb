# SPDX-License-Identifier: Apache-2.0
"""What somebody at a telephone or in a shop writes down: quick, and nothing that need not be asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.intake.doors.outgoing import address_of, number_of
from krama.server.intake.models import Topic
from krama.server.intake.questions import BY_ID, LONGEST_SHORT, Words

LONGEST = 20_000
LANGUAGES = (("km", _("Khmer")), ("en", _("English")))
TOPICS = (
    (Topic.BULLYING.value, _("Bullying")),
    (Topic.THREAT.value, _("Threats, also with pictures")),
    (Topic.APPROACH.value, _("Asked for pictures, or to meet")),
    (Topic.SAW.value, _("Something was seen about a child")),
    (Topic.OTHER.value, _("Something else")),
)
WHO = (
    ("child", _("The child")),
    ("friend", _("A friend")),
    ("parent", _("A parent or guardian")),
    ("teacher", _("A teacher")),
    ("staff", _("Somebody who works there")),
    ("else", _("Somebody else")),
)


def _choices(question: str) -> list[tuple[str, Words]]:
    return [("", "—"), *BY_ID[question].choices]


class TakenForm(forms.Form):
    """Emergency first; then what it is about; the rest may stay empty."""

    in_danger = forms.BooleanField(label=_("The child is in danger now"), required=False)
    topic = forms.ChoiceField(label=_("What it is about"), choices=TOPICS, required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What happened, in their words"),
        help_text=_("Write what is said. Do not ask for more than they tell."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    where = forms.CharField(
        label=_("Where: a link, an app or an account"),
        max_length=LONGEST_SHORT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who = forms.ChoiceField(label=_("Who tells it"), choices=[("", "—"), *WHO], required=False)
    age = forms.ChoiceField(label=_("Age of the child"), choices=_choices("age"), required=False)
    back = forms.ChoiceField(
        label=_("May somebody write to them?"),
        help_text=_("Ask it like this: “May we write to you? Who else reads your phone?”"),
        choices=[("no", _("No")), ("sms", _("Yes, by SMS")), ("mail", _("Yes, by e-mail"))],
        widget=forms.RadioSelect,
        initial="no",
    )
    back_to = forms.CharField(
        label=_("Number or address"),
        max_length=LONGEST_SHORT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "translate": "no"}),
    )
    back_hour = forms.ChoiceField(label=_("Safe hour"), choices=_choices("back-hour"), required=False)
    language = forms.ChoiceField(label=_("They speak"), choices=LANGUAGES, initial="km")

    def clean(self) -> dict[str, Any]:
        """Danger needs no topic; a way to write back is whole, or it is none."""
        said = super().clean() or {}
        if not said.get("topic") and not said.get("in_danger"):
            self.add_error("topic", _("Choose what it is about; “something else” is fine."))
        way, to = said.get("back"), said.get("back_to", "")
        if way == "sms" and not number_of(to):
            self.add_error("back_to", _("Write a telephone number, such as 012 345 678."))
        if way == "mail" and not address_of(to):
            self.add_error("back_to", _("Write one e-mail address."))
        if way in ("sms", "mail") and not said.get("back_hour"):
            self.add_error("back_hour", _("Ask when it is safe, and choose it."))
        return said

    def answers(self) -> dict[str, str]:
        """By question, as every door stores them; a number only with a yes."""
        said = self.cleaned_data
        found = {question: str(said[question]) for question in ("words", "where", "who", "age", "back")}
        if said["back"] in ("sms", "mail"):
            found |= {"back-to": said["back_to"], "back-hour": said["back_hour"]}
        return found

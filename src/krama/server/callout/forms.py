# SPDX-License-Identifier: Apache-2.0
"""What the call tree asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import PersonChoice, working_staff
from krama.server.accounts.models import Role, User
from krama.server.callout.actions.tree import LEAST, MOST
from krama.server.callout.channels.choose import BY
from krama.server.callout.models import Channel


class StepForm(forms.Form):
    """How long to wait for somebody of this step."""

    minutes = forms.IntegerField(
        label=_("Minutes until the next step is called"), min_value=LEAST, max_value=MOST, initial=5
    )


class WayForm(forms.Form):
    """One way to call one person."""

    person = PersonChoice(label=_("Person"), queryset=User.objects.none())
    channel = forms.ChoiceField(label=_("By what"), choices=Channel.choices)
    address = forms.CharField(
        label=_("Where to"),
        help_text=_(
            "An e-mail address, a telephone number, the number of a chat with your bot, or the address of a webhook. "
            "It is sealed and never shown whole again."
        ),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("km", _("Khmer")), ("en", _("English"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = working_staff().exclude(role=Role.AUDITOR)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        channel, address = given.get("channel"), given.get("address")
        if channel and address and not BY[channel].clean(address):
            self.add_error("address", _("This channel cannot call that. Look at how it is written."))
        return given

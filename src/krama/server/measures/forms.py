# SPDX-License-Identifier: Apache-2.0
"""Who does one kind of measure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice
from krama.server.accounts.models import Unit
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.kinds import Kind

NOBODY = "nobody"


class WayForm(forms.Form):
    adapter = forms.ChoiceField(label=_("Who does it"))
    unit = NameChoice(label=_("Unit, where it is done by hand"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id_{kind.value}_%s", **kwargs})
        ways = [(one.name, one.label) for one in ADAPTERS.values() if kind in one.kinds]
        self.fields["adapter"].choices = [(NOBODY, _("Nobody")), *ways]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        if kind == Kind.WITHHOLD:
            del self.fields["unit"]

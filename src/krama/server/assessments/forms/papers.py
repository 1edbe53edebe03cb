# SPDX-License-Identifier: Apache-2.0
"""The form for a sheet that people signed by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.forms import NameChoice
from krama.server.accounts.models import Unit
from krama.server.assessments.actions.papers import LONGEST


class SheetForm(forms.Form):
    """How many people of which unit signed, and where the sheet lies."""

    unit = NameChoice(Unit.objects.filter(is_active=True).order_by("name"), label=_("Unit"))
    people = forms.IntegerField(label=_("People who signed"), min_value=1)
    place = forms.CharField(label=_("Where the signed sheet lies"), max_length=LONGEST)

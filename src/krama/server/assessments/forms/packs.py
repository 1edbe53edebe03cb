# SPDX-License-Identifier: Apache-2.0
"""The forms for a proof pack, and for a workbook of answers that comes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.assessments.queries.packs import editions_to_pack


class PackForm(forms.Form):
    """Which assessment the pack is made from; the last approved one when none is named."""

    edition = forms.TypedChoiceField(label=_("Assessment"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(row.number, f"{row.number} · {row.name} · {row.get_state_display()}") for row in editions_to_pack()]
        field = self.fields["edition"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("The last one that was approved")), *named]


class AnswersForm(forms.Form):
    """The workbook that was filled in."""

    file = forms.FileField(label=_("The workbook (.xlsx) that you filled in"), allow_empty_file=True)

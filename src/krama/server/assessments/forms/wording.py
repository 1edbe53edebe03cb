# SPDX-License-Identifier: Apache-2.0
"""The form for a reviewer's workbook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from krama.server.assessments.actions.wording import LONGEST_NAME


class WorkbookForm(forms.Form):
    """The workbook, and who corrected where a row does not say."""

    file = forms.FileField(label=_("The workbook, as the reviewer sent it back"))
    reviewer = forms.CharField(
        label=_("Who corrected, where a row does not say"), max_length=LONGEST_NAME, required=False
    )

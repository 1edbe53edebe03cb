# SPDX-License-Identifier: Apache-2.0
"""What is asked of a list."""

from __future__ import annotations

from django import forms

from krama.server.lists.models import List


class ListForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list's own facts; its signals come by import."""

    class Meta:
        model = List
        fields = ("name", "owner", "legal_basis", "category", "action", "radius", "state")

# SPDX-License-Identifier: Apache-2.0
"""What the child's pages need of Python."""

from __future__ import annotations

from django import template

from krama.sealing import in_fours

register = template.Library()


@register.filter
def fours(code: str) -> str:
    """A receipt in fours."""
    return in_fours(code)

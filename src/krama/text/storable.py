# SPDX-License-Identifier: Apache-2.0
"""What a database can keep."""

from __future__ import annotations


def storable(text: str) -> bool:
    """No NUL, no half characters: JSON may say them, but no database keeps them."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)

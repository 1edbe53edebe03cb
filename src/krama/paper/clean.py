# SPDX-License-Identifier: Apache-2.0
"""What no printed page can hold is taken out: control characters, halves of letters, invisible joints."""

from __future__ import annotations

import re

# XML 1.0 has no place for these; a zero-width character typed into a text would hide from search and comparison.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b\u200c\u200d\u2060\ufeff]")


def clean(text: str) -> str:
    """The text with line ends as `\\n` and without what cannot be printed."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))

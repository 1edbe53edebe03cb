# SPDX-License-Identifier: Apache-2.0
"""Where a Khmer line may break: marks for an engine that has no Khmer dictionary, put into PDF only.

Must never reach what is stored, searched or copied: a browser breaks Khmer by itself.
"""

from __future__ import annotations

import re
from itertools import pairwise

ZERO_WIDTH_SPACE = "\u200b"
KHMER = re.compile("[\u1780-\u17ff]")


def breakable(text: str) -> str:
    """The text with a zero-width space between Khmer words."""
    if not KHMER.search(text):
        return text
    from icu4py.breakers import LineBreaker

    words = list(LineBreaker(text, "km"))
    joints = (ZERO_WIDTH_SPACE if _between(word, after) else "" for word, after in pairwise(words))
    return "".join(word + joint for word, joint in zip(words, [*joints, ""], strict=True))


def _between(word: str, after: str) -> bool:
    """A break that no space shows: both neighbours are Khmer."""
    return bool(KHMER.match(word[-1]) and KHMER.match(after[0]))

# SPDX-License-Identifier: Apache-2.0
"""Short texts for phones: how long they are there, where they may be cut, which language and which digit was meant.

A Khmer letter is several code points; a message that is cut inside one shows broken signs. Nothing here stores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product

ALONE, JOINED = 70, 67  # UCS-2 units in one SMS, and in each of several that the phone joins (3GPP TS 23.040)
LONGEST = 2 * JOINED
KHMER = re.compile("[\u1780-\u17ff]")
LATIN = re.compile("[A-Za-z]")
DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
JOINERS = (" ", "", " - ", "- ", " -- ")
TRIES = 3_125  # ways to join six sentences


def language_of(text: str) -> str:
    """By its script; "" when there are no letters to tell by."""
    if KHMER.search(text):
        return "km"
    return "en" if LATIN.search(text) else ""


def choice_of(text: str) -> str:
    """The number that was chosen from a menu, however it was typed; "" when it is anything else."""
    bare = text.translate(DIGITS).strip().rstrip(".)។").strip()
    return bare if bare.isascii() and bare.isdigit() and len(bare) == 1 else ""


def units(text: str) -> int:
    """How long it is on a phone that needs UCS-2."""
    return len(text.encode("utf-16-be")) // 2


def may_cut(text: str, place: int) -> bool:
    """Whether a cut before this code point leaves every Khmer letter whole."""
    if not 0 < place < len(text):
        return True
    after, before = ord(text[place]), ord(text[place - 1])
    return not (0x17B4 <= after <= 0x17D3 or after == 0x17DD or after in (0x200C, 0x200D) or before == 0x17D2)


def parts(text: str) -> list[str]:
    """Messages of at most 70 units, cut after a sentence or a word where there is one, never inside a letter."""
    left, found = text.strip(), []
    while units(left) > ALONE:
        end = max(place for place in range(1, len(left)) if units(left[:place]) <= ALONE and may_cut(left, place))
        space = max(left.rfind(" ", 0, end + 1), left.rfind("\n", 0, end + 1))
        end = space if space > end // 3 else end
        found.append(left[:end].rstrip())
        left = left[end:].lstrip()
    return [*found, left] if left else found


def joined(sentences: Sequence[str]) -> str:
    """One text that a gateway may cut at 67 or at 70 without breaking a letter: only joints between sentences move.

    Where no way is found it is sent all the same: a broken sign is better than no number to call.
    """
    for joints in islice(product(JOINERS, repeat=max(len(sentences) - 1, 0)), TRIES):
        text = "".join(sentence + joint for sentence, joint in zip(sentences, (*joints, ""), strict=True))
        if fits(text):
            return text
    return " ".join(sentences)


def fits(text: str) -> bool:
    """At most two messages, and whole letters on both sides of every place where a gateway cuts."""
    return units(text) <= LONGEST and all(may_cut(text, place) for place in (JOINED, ALONE))

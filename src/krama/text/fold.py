# SPDX-License-Identifier: Apache-2.0
"""One spelling for what looks the same: for comparing and finding, never for showing.

Unicode's own normalisation does not repair Khmer, and can put a mark between a subscript sign and its letter:
so it is kept off Khmer runs, and their signs are put in order here.
"""

from __future__ import annotations

import re
import unicodedata

UNSEEN = re.compile("[\u00ad\u034f\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
KHMER = re.compile("([\u1780-\u17d3\u17dd]+)")
# A letter with all that hangs on it; the subscript sign takes the letter after it along.
SYLLABLE = re.compile("([\u1780-\u17b3])((?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])+)")
SIGN = re.compile("\u17d2[\u1780-\u17b3]|.", re.DOTALL)
DIGITS = str.maketrans({0x17E0 + digit: str(digit) for digit in range(10)})
SAME = str.maketrans({"\u17a3": "\u17a2", "\u17a4": "\u17a2\u17b6", "\u17b2": "\u17b1", "\u17d8": "\u17d4"})
SPLIT_VOWELS = (("\u17c1\u17b8", "\u17be"), ("\u17c1\u17b6", "\u17c4"))


def fold(text: str) -> str:
    """Khmer signs in one order, no invisible characters, ASCII digits, NFC outside Khmer, single spaces.

    >>> fold("ស្រ្តី") == fold("ស្ត្រី")
    True
    """
    seen = UNSEEN.sub("", text).translate(DIGITS).translate(SAME)
    parts = KHMER.split(seen)  # odd places are Khmer runs
    whole = "".join(_khmer(part) if at % 2 else unicodedata.normalize("NFC", part) for at, part in enumerate(parts))
    return " ".join(whole.split())


def _khmer(run: str) -> str:
    return SYLLABLE.sub(_in_order, run)


def _in_order(found: re.Match[str]) -> str:
    signs = [sign.replace("\u17d2\u178a", "\u17d2\u178f") for sign in SIGN.findall(found[2])]
    ordered = "".join(sorted(signs, key=_rank))  # sorted() keeps the order of equals
    for split, one in SPLIT_VOWELS:
        ordered = ordered.replace(split, one)
    return found[1] + ordered


def _rank(sign: str) -> int:
    if sign == "\u17cc":  # robat stands on the letter itself
        return 0
    if sign[0] == "\u17d2":
        return 2 if sign[1] == "\u179a" else 1  # RO is the last subscript
    if sign in "\u17c9\u17ca":
        return 3
    # U+17C1 first, so that its two-part spellings meet their other half
    return 4 if sign == "\u17c1" else 5 if "\u17b6" <= sign <= "\u17c5" else 6

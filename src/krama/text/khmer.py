# SPDX-License-Identifier: Apache-2.0
"""The spelling rules of Krama's Khmer, as code. They say what is wrong; they never change a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from krama.text.fold import fold

RULES = (
    (re.compile("[\u200b\u200c\u200d\u2060\ufeff]"), "an invisible character"),
    (re.compile("[\u17a3\u17a4\u17b4\u17b5\u17d3]"), "a letter Unicode advises against"),
    (re.compile("\u17d2\u178a"), "a subscript DA; the house writes TA"),
    (re.compile("\u17d2\u179a\u17d2"), "a subscript RO that is not the last one"),
    (re.compile("\u17c1[\u17b8\u17b6]|\u17c6\u17b6|[\u17b6-\u17c5][\u17c9\u17ca]"), "signs of a syllable out of order"),
    (re.compile("\u17d2(?![\u1780-\u17a2])"), "a subscript sign without its letter"),
    (re.compile("ឲ្យ|អោយ"), "ឱ្យ is the house spelling"),
    (re.compile("ទូរស័ព្ទ"), "ទូរសព្ទ is the house spelling"),
    (re.compile("អ៉ីនធឺណិត|អ៊ីនធឺណេត|អ៊ីនធើណិត"), "អ៊ីនធឺណិត is the house spelling"),
    (re.compile("សំណើរ(?!ក)|បដិសេដ|សោរ(?![\u1780-\u17d2])|ហឹង្សា|មិនា"), "a known misspelling"),
    (re.compile(" ។"), "a space before the full stop"),
    (re.compile("[\u1780-\u17d3]:"), "a Latin colon; Khmer has ៖"),
    (re.compile("[A-Za-z]{3,}"), "a Latin word"),
    (re.compile("  "), "two spaces"),
)
LETTERS = re.compile("[\u1780-\u17d3]")


def spelling_faults(text: str) -> Iterator[str]:
    """What breaks a rule, with the place where it does."""
    for pattern, what in RULES:
        if found := pattern.search(text):
            yield f"{what}: …{text[max(0, found.start() - 6) : found.end() + 6]}…"


def khmer_share(text: str) -> float:
    """How much of a text is Khmer letters, of all that is neither space nor punctuation."""
    counted = [letter for letter in text if unicodedata.category(letter)[0] in "LMN"]
    return len(LETTERS.findall(text)) / len(counted) if counted else 0.0


SAME_WORDS = (("ទូរស័ព្ទ", "ទូរសព្ទ"), ("ឲ្យ", "ឱ្យ"), ("អោយ", "ឱ្យ"), ("អាស័យដ្ឋាន", "អាសយដ្ឋាន"), ("ហឹង្សា", "ហិង្សា"))


def khmer_fold(text: str) -> str:
    """One spelling for words that are written in several ways, on top of `fold`: for comparing, never shown."""
    folded = fold(text)
    for written, kept in SAME_WORDS:
        folded = folded.replace(fold(written), fold(kept))
    return folded

# SPDX-License-Identifier: Apache-2.0
"""How hard an English text is to read: the Flesch-Kincaid school grade, with syllables counted by rule."""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
END = re.compile(r"[.!?:]+(?=\s|$)|\n+")
# An ending that is not spoken: asked, rules, safe; but not wanted, places, little.
SILENT = re.compile(
    r"(?<![td])(?<=[^aeiouy])ed$|(?<![szxcgh])(?<=[^aeiouy])(?<![^aeiouy]l)es$|(?<=[^aeiouy])(?<![^aeiouy]l)e$"
)
GROUP = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """The school grade whose children read the text with ease; 5 is a child of about ten."""
    words = WORD.findall(text)
    sentences = [part for part in END.split(text) if WORD.search(part)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """About how many syllables a word has: groups of vowels, without a silent ending."""
    return max(1, len(GROUP.findall(SILENT.sub("", word.lower().replace("’", "'").split("'")[0]))))

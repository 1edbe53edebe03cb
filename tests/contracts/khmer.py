# SPDX-License-Identifier: Apache-2.0
"""How Khmer is written here, as code: each rule looks at one translation and says what is wrong with it.

Each takes the English text and the Khmer one. What is surely wrong is caught here; a native reader says what is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

PLACEHOLDER = re.compile(r"%\(\w+\)[srd]|%[srd]|\{\w*\}")
TAG = re.compile(r"<[^<>]+>")
KEPT = re.compile(r"<(\w+)[^<>]*\btranslate=\"no\"[^<>]*>.*?</\1>")
KHMER = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{3,}")
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
NEVER = re.compile("[\u17a3\u17a4\u17b4\u17b5\u17d3]")  # deprecated or invisible: Unicode advises against all five
COENG_DA = "\u17d2\u178a"
# One way to write a syllable: base, robat, subscripts, shifter, vowel, signs. NFC repairs none of the others.
SYLLABLE = re.compile(
    "[\u1780-\u17a2\u17a5-\u17b3]\u17cc?(?:\u17d2[\u1780-\u17a2])*[\u17c9\u17ca]?[\u17b6-\u17c5]?[\u17c6-\u17c8\u17cb\u17cd\u17cf-\u17d1]*"
)
OTHER = re.compile("[\u17d4-\u17db\u17e0-\u17e9]")  # punctuation, the riel sign, digits
SPELLING = {
    "ឲ្យ": "ឱ្យ",
    "អោយ": "ឱ្យ",
    "ទូរស័ព្ទ": "ទូរសព្ទ",
    "អ៊ីនធឺណែត": "អ៊ីនធឺណិត",
    "អ៊ីនធឺណេត": "អ៊ីនធឺណិត",
    "អ៉ី": "អ៊ី",
    "អុីន": "អ៊ីន",
    "អ៊ីម៉ែល": "អ៊ីមែល",
    "សោរ": "សោ",
    "សំណើរ": "សំណើ",
    "បដិសេដ": "បដិសេធ",
    "មិនា": "មីនា",
    "ហឹង្សា": "ហិង្សា",
    "មាតិការ": "មាតិកា",
}
UNKIND = {
    "អាសអាភាស": "says pornography",
    "សិចស៊ី": "says pornography",
    "ជនជាប់ចោទ": "says accused",
    "ពិរុទ្ធ": "says guilty",
    "ទណ្ឌិត": "says convict",
    "សំណុំរឿង": "is a court's file, not a case",
    "បិទខ្ទប់": "is censorship of a network",
    "ខុសរបស់អ្នក": "blames the reader",
    "កំហុសអ្នក": "blames the reader",
    "កំហុសរបស់": "blames somebody",
    "យើងខ្ញុំ": "belongs in a letter",
    "ព្រះរាជ": "is royal vocabulary",
    "ក្រាបទូល": "is royal vocabulary",
    "ទ្រង់ព្រះ": "is royal vocabulary",
}
NOT_YOURS = "មិនមែនជាកំហុស"  # "it is not the fault of": the opposite of blame
RUDE = re.compile("(?<!ខ្លួន)(?<!ម្នាក់)ឯង")  # "you" to an inferior; in "oneself" and "alone" it is harmless


def spelling(_english: str, khmer: str) -> Iterator[str]:
    """Invisible signs, look-alikes, wrong order, and words that the house writes otherwise."""
    if INVISIBLE.search(khmer):
        yield "an invisible sign: it breaks searching and comparing"
    if NEVER.search(khmer):
        yield "a code point that Unicode advises against"
    if COENG_DA in khmer:
        yield "subscript DA, which looks like TA: write TA"
    rest = OTHER.sub("", SYLLABLE.sub("", khmer))
    if left := KHMER.search(rest):
        yield f"not one syllable after the other: {unicodedata.name(left[0])} stands where none can"
    joined = khmer.replace("មាតិការបស់", "")  # "content of": the next word begins with the same letter
    for wrong, right in SPELLING.items():
        if wrong in joined:
            yield f"{wrong}: the house writes {right}"


def manners(_english: str, khmer: str) -> Iterator[str]:
    """Nobody is blamed, nobody is talked down to."""
    blaming = khmer.replace(NOT_YOURS, "")
    for word, why in UNKIND.items():
        if word in blaming:
            yield f"{word} {why}"
    if RUDE.search(khmer):
        yield "ឯង is said to an inferior"


def placeholders(english: str, khmer: str) -> Iterator[str]:
    """What the program fills in, and the tags, are the same in both."""
    for pattern in (PLACEHOLDER, TAG):
        if sorted(pattern.findall(english)) != sorted(pattern.findall(khmer)):
            yield f"{pattern.findall(english)} became {pattern.findall(khmer)}"


def language(_english: str, khmer: str) -> Iterator[str]:
    """No Latin word of three letters outside of a name or a code, and mostly Khmer letters."""
    words = PLACEHOLDER.sub("", TAG.sub("", KEPT.sub("", khmer)))
    if latin := LATIN.search(words):
        yield f"a Latin word: {latin[0]}"
    letters = [sign for sign in words if unicodedata.category(sign)[0] in "LM"]
    if not letters or sum(bool(KHMER.match(sign)) for sign in letters) < 0.6 * len(letters):
        yield "not 60 % Khmer"


def punctuation(english: str, khmer: str) -> Iterator[str]:
    """A sentence ends with ។ where the English one has its full stop, with no space before it; the colon is ៖."""
    if re.search("\\s[។៕៖ៗ,?!]", khmer):
        yield "a space before a sign"
    if re.search(r"[ \u00a0]{2,}|^\s|\s$", khmer):
        yield "a space too many"
    if english.rstrip().endswith(".") != khmer.endswith("។"):
        yield "a full stop in one language only"
    outside = TAG.sub("", khmer)
    if ":" in outside or outside.endswith("."):
        yield "Latin punctuation"


RULES: tuple[Callable[[str, str], Iterator[str]], ...] = (spelling, manners, placeholders, language, punctuation)


def faults(english: str, khmer: str) -> list[str]:
    """Everything that is surely wrong with one translation."""
    return [f"{rule.__name__}: {what}" for rule in RULES for what in rule(english, khmer)]

# SPDX-License-Identifier: Apache-2.0
"""Wordings one by one: every text of a value with its place, and what is surely wrong with a corrected Khmer.

Must never repair a text: a person wrote it, and a person corrects it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from krama.text.khmer import khmer_share, spelling_faults
from krama.text.said import Text

PLACEHOLDER = re.compile(r"%\(\w+\)[srd]|%[srd]|\{[^{}]*\}")
TAG = re.compile(r"<[^<>]+>")
NAME = re.compile(r"<(\w+)[^<>]*\btranslate=\"no\"[^<>]*>.*?</\1>")
LATIN = re.compile("[A-Za-z]{3,}")
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
LEAST_KHMER = 0.6
LONGEST = 4_000


@dataclass(frozen=True)
class Wording:
    """One text with the place where it stands: a stable key such as `catalogue: line fa.authorities text`."""

    place: str
    en: str
    km: str


def texts_in(value: object, place: str) -> Iterator[Wording]:
    """Every text in frozen values, in their order; an entry is named by its id, else by its number."""
    if isinstance(value, Text):
        yield Wording(place, value.en, value.km)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, f"{place} {key}")
    elif isinstance(value, (tuple, list)):
        for number, item in enumerate(value, start=1):
            yield from texts_in(item, f"{place} {getattr(item, 'id', '') or number}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), f"{place} {field.name}")


def wording_faults(english: str, khmer: str, shipped: str) -> Iterator[str]:
    """What is surely wrong with a new Khmer text. A Latin word passes where the shipped Khmer has it too."""
    if not khmer.strip() or len(khmer) > LONGEST:
        yield f"is empty or longer than {LONGEST} letters"
        return
    if HIDDEN.search(khmer):
        yield "holds an invisible character; type the text anew, or paste it without its formatting"
    if unicodedata.normalize("NFC", khmer) != khmer:
        yield "is not in the one encoding (NFC); type it anew with a Khmer Unicode keyboard"
    if ("\n" in khmer and "\n" not in english) or (khmer != khmer.strip() and english == english.strip()):
        yield "has a line break or a space at its edge; take it out"
    for pattern, what in ((PLACEHOLDER, "what the program fills in"), (TAG, "the tags")):
        if (wanted := sorted(pattern.findall(shipped or english))) != (found := sorted(pattern.findall(khmer))):
            yield f"{what} must stay: {' '.join(wanted) or 'none'}; here stands {' '.join(found) or 'none'}"
    words = PLACEHOLDER.sub("", TAG.sub("", NAME.sub("", khmer)))
    known = set(LATIN.findall(shipped))
    bare = LATIN.sub(lambda word: "" if word[0] in known else word[0], words)
    # Between what was taken out, two spaces or a space before ។ are no fault of the writer.
    bare = re.sub(" +(?=។)", "", re.sub("  +", " ", bare)) if bare != khmer else bare
    yield from spelling_faults(bare)
    if khmer_share(bare) < min(LEAST_KHMER, khmer_share(PLACEHOLDER.sub("", TAG.sub("", NAME.sub("", shipped))))):
        yield "is mostly not Khmer"

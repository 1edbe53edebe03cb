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
WRONG = {
    "length": Text("is empty or longer than 4000 letters", "នៅទទេ ឬវែងជាង 4000 តួអក្សរ"),
    "hidden": Text(
        "holds an invisible character; type the text anew, or paste it without its formatting",
        "មានតួអក្សរមើលមិនឃើញ។ សូមវាយម្តងទៀត ឬបិទភ្ជាប់ដោយគ្មានទម្រង់អក្សរ",
    ),
    "encoding": Text(
        "is not in the one encoding (NFC); type it anew with a Khmer Unicode keyboard",
        "មិនមែនជាកូដអក្សរតែមួយទេ។ សូមវាយម្តងទៀតដោយក្តារចុចខ្មែរយូនីកូដ",
    ),
    "edge": Text(
        "has a line break or a space at its edge; take it out",
        "មានការចុះបន្ទាត់ ឬដកឃ្លានៅខាងដើម ឬខាងចុង។ សូមដកវាចេញ",
    ),
    "filled": Text("What the program fills in must stay:", "កន្លែងដែលកម្មវិធីបំពេញ ត្រូវរក្សាទុកដដែល៖"),
    "tags": Text("The tags must stay:", "សញ្ញាទម្រង់ត្រូវរក្សាទុកដដែល៖"),
    "share": Text("is mostly not Khmer", "ភាគច្រើនមិនមែនជាអក្សរខ្មែរ"),
}
# The spelling rules by their English names.
SPELLING = {
    "an invisible character": "តួអក្សរមើលមិនឃើញ",
    "a letter Unicode advises against": "តួអក្សរដែលយូនីកូដមិនឱ្យប្រើ",
    "a subscript DA; the house writes TA": "ជើងអក្សរ ដ ត្រូវសរសេរជាជើងអក្សរ ត",
    "a subscript RO that is not the last one": "ជើងអក្សរ រ ត្រូវនៅចុងក្រោយគេ",
    "signs of a syllable out of order": "លំដាប់សញ្ញាក្នុងព្យាង្គមិនត្រឹមត្រូវ",
    "a subscript sign without its letter": "សញ្ញាជើងគ្មានអក្សរ",
    "ឱ្យ is the house spelling": "ត្រូវសរសេរ ឱ្យ",
    "ទូរសព្ទ is the house spelling": "ត្រូវសរសេរ ទូរសព្ទ",
    "អ៊ីនធឺណិត is the house spelling": "ត្រូវសរសេរ អ៊ីនធឺណិត",
    "a known misspelling": "អក្ខរាវិរុទ្ធមិនត្រឹមត្រូវ",
    "a space before the full stop": "មានដកឃ្លានៅមុខសញ្ញាខណ្ឌ",
    "a Latin colon; Khmer has ៖": "ត្រូវប្រើសញ្ញា ៖",
    "a Latin word": "ពាក្យជាអក្សរឡាតាំង",
    "two spaces": "ដកឃ្លាពីរដងជាប់គ្នា",
}


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


def wording_faults(english: str, khmer: str, shipped: str) -> Iterator[Text]:
    """What is surely wrong with a new Khmer text. A Latin word passes where the shipped Khmer has it too."""
    if not khmer.strip() or len(khmer) > LONGEST:
        yield WRONG["length"]
        return
    if HIDDEN.search(khmer):
        yield WRONG["hidden"]
    if unicodedata.normalize("NFC", khmer) != khmer:
        yield WRONG["encoding"]
    if ("\n" in khmer and "\n" not in english) or (khmer != khmer.strip() and english == english.strip()):
        yield WRONG["edge"]
    for pattern, what in ((PLACEHOLDER, WRONG["filled"]), (TAG, WRONG["tags"])):
        if (wanted := sorted(pattern.findall(shipped or english))) != (found := sorted(pattern.findall(khmer))):
            yield _with(what, " ".join(wanted) or "–", " ".join(found) or "–")
    words = PLACEHOLDER.sub("", TAG.sub("", NAME.sub("", khmer)))
    known = set(LATIN.findall(shipped))
    bare = LATIN.sub(lambda word: "" if word[0] in known else word[0], words)
    # Between what was taken out, two spaces or a space before ។ are no fault of the writer.
    bare = re.sub(" +(?=។)", "", re.sub("  +", " ", bare)) if bare != khmer else bare
    for fault in spelling_faults(bare):
        rule, _, near = fault.partition(": …")
        yield Text(fault, f"{SPELLING.get(rule, rule)}៖ …{near}")
    if khmer_share(bare) < min(LEAST_KHMER, khmer_share(PLACEHOLDER.sub("", TAG.sub("", NAME.sub("", shipped))))):
        yield WRONG["share"]


def _with(what: Text, wanted: str, found: str) -> Text:
    """The fault with both in it; what a writer typed is never filled in again."""
    return Text(f"{what.en} {wanted} → {found}", f"{what.km} {wanted} → {found}")

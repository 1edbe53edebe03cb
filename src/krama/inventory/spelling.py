# SPDX-License-Identifier: Apache-2.0
"""How names of fields are cut into words: camelCase, snake_case, runs without a mark, Khmer, Khmer in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

PIECES = re.compile(r"[\u1780-\u17dd\u17e0-\u17e9]+|[A-Za-z]+|\d+")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
SIGN = re.compile("[\u17b4-\u17d3\u17dd]")
LONGEST = 120  # letters of a name that are looked at


def pieces(name: str) -> Iterator[str]:
    """The runs of a name: Latin words cut at capitals, numbers, Khmer runs whole."""
    for run in PIECES.findall(name[:LONGEST]):
        if run[0].isascii() and run.isalpha():
            yield from (word.lower() for word in CAMEL.findall(run))
        else:
            yield run


def is_khmer(piece: str) -> bool:
    """Does the run begin with a Khmer letter?"""
    return "\u1780" <= piece[0] <= "\u17e9"


def split_run(run: str, known: Collection[str]) -> tuple[str, ...]:
    """`dateofbirth` into words that are all known, the fewest of them; the run itself when that is not possible."""
    if run in known or len(run) < 6:
        return (run,)
    best: list[tuple[str, ...] | None] = [(), *([None] * len(run))]
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 14), end):
            before, word = best[start], run[start:end]
            if before is None or word not in known or (len(word) < 3 and word not in ("of", "id", "no", "ip")):
                continue
            shorter = best[end]
            if shorter is None or len(before) + 1 < len(shorter):
                best[end] = (*before, word)
    return best[len(run)] or (run,)


def singular(word: str, known: Collection[str]) -> str:
    """The word without its plural `s`, when that is a known word."""
    if not word.endswith("s"):
        return word
    for shorter in (
        word[:-1],
        word[:-2] if word.endswith("es") else "",
        word[:-3] + "y" if word.endswith("ies") else "",
    ):
        if shorter and shorter in known:
            return shorter
    return word


def split_khmer(run: str, lexicon: Mapping[str, object], most: int) -> tuple[str, ...]:
    """The run cut at the longest known words, never inside a syllable; what is unknown stays together."""
    found: list[str] = []
    at = unknown = 0
    while at < len(run):
        for end in range(min(len(run), at + most), at, -1):
            if run[at:end] in lexicon and not (end < len(run) and SIGN.match(run[end])):
                if unknown < at:
                    found.append(run[unknown:at])
                found.append(run[at:end])
                at = unknown = end
                break
        else:
            at += 1
    return (*found, run[unknown:]) if unknown < len(run) else tuple(found)


SOUNDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("nh(?=nh|n)|nhnh"), "n"),
    (re.compile("([ckptbdg])h+"), r"\1"),
    (re.compile("[aeiouyw]+v(?=[^aeiouyw]|$)"), "A"),  # phlov, ovpuk: the v closes the vowel
    (re.compile("[aeiouyw\u00e0-\u00ff]+"), "A"),
    (re.compile("Ar(?=[^A]|$)"), "A"),  # komnert, kamnaet
    (re.compile("(.)\\1+"), r"\1"),
    (re.compile("[sh]$"), "h"),  # chhmous is said chhmoh
)


@lru_cache(maxsize=4096)
def skeleton(romanised: str) -> str:
    """What is left of romanised Khmer when vowels are one, aspiration is dropped and doubled letters are single."""
    for pattern, kept in SOUNDS:
        romanised = pattern.sub(kept, romanised)
    return romanised

# SPDX-License-Identifier: Apache-2.0
"""Words that were said before are met again by their marks, in Khmer and English; other words are not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.text import addresses, marks

ENGLISH = "somebody at the blue house near the river asks children for something and promises a new telephone for it"
KHMER = "មានមនុស្សម្នាក់នៅផ្ទះពណ៌ខៀវក្បែរមាត់ទន្លេសុំអ្វីមួយពីក្មេងៗ ហើយសន្យាថានឹងឲ្យទូរសព្ទថ្មី"


def meet(one: str, other: str) -> bool:
    return bool(set(marks(one)) & set(marks(other)))


@pytest.mark.parametrize("words", [ENGLISH, KHMER])
def test_the_same_words_typed_otherwise_meet(words: str) -> None:
    assert marks(words) == marks("  " + words.upper().replace(" ", "\u200b  "))
    assert meet(words, words[:40] + "!" + words[40:])
    assert meet(words, words[:-4])


def test_other_words_do_not_meet() -> None:
    dice = random.Random(7)
    vocabulary = ["".join(dice.choices("abcdefghijklmnop", k=6)) for _ in range(400)]
    texts = [" ".join(dice.choices(vocabulary, k=14)) for _ in range(60)]
    assert not any(meet(one, other) for at, one in enumerate(texts) for other in texts[:at])
    assert not meet(ENGLISH, KHMER)


def test_marks_are_the_same_for_ever() -> None:
    """They are stored: a change of one number would part every text from what was said before."""
    assert marks(ENGLISH)[0] == "0:63387603dabc3301be62a701fa965400"


def test_short_words_have_no_marks() -> None:
    assert marks("help me please") == ()


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert marks(text) == marks(text + " ")
    addresses(text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("https://www.Example.org/Group/7/?x=1#top", ("example.org/group/7?x=1",)),
        ("it is on m.example.org/user/nine.", ("example.org/user/nine",)),
        ("example.org", ()),
        ("twice example.org/a and https://example.org/a/", ("example.org/a",)),
        ("no address here", ()),
    ],
)
def test_addresses_are_alike_however_they_were_typed(typed: str, found: tuple[str, ...]) -> None:
    assert addresses(typed) == found

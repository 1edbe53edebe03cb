# SPDX-License-Identifier: Apache-2.0
"""What looks the same folds to the same, and what differs stays apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.text import fold

KHMER = st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17DD), max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្ត្រី", "ស្រ្តី"),
        ("ប៉ុន្តែ", "បុ៉ន្តែ"),
        ("បើ", "បេី"),
        ("ចាំ", "ចំា"),
        ("ប្តូរ", "ប្ដូរ"),
        ("ឱ្យ", "ឲ្យ"),
        ("សុខា", "សុ\u200bខា"),
        ("សុខា", "សុខ\u17b4ា"),
        ("០១២", "012"),
        ("Jos\u00e9", "Jose\u0301"),
        (" Sok  Dara ", "Sok\u00a0Dara"),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ដា", "តា"), ("១០", "១០០០"), ("Sok", "sok"), ("ប៉ា", "ប៊ា"), ("កា", "ក")])
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_unicode_alone_does_not_do_it() -> None:
    assert unicodedata.normalize("NFC", "ស្ត្រី") != unicodedata.normalize("NFC", "ស្រ្តី")


@given(st.one_of(st.text(), KHMER))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)

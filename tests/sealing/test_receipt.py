# SPDX-License-Identifier: Apache-2.0
"""Receipts: 16 digits, read however they are typed, and nothing stored that leads back to them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.sealing import BadCode, in_fours, new_code, open_from, read_code, receipt_of, seal_to

PEPPER = b"p" * 32
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
secrets_ = st.binary(min_size=32, max_size=48)


@given(secrets_)
def test_a_code_has_16_digits_and_is_read_in_fours_with_khmer_digits_and_hyphens(secret: bytes) -> None:
    code = new_code(secret)
    assert len(code) == 16
    for typed in (
        code,
        in_fours(code),
        in_fours(code).translate(KHMER),
        in_fours(code).replace(" ", "-"),
        f" {code}\n",
    ):
        assert read_code(typed) == code
    assert read_code("\u200b".join(code.translate(KHMER))) == code


@given(secrets_, st.integers(0, 15), st.integers(1, 9))
def test_one_digit_mistyped_is_noticed(secret: bytes, place: int, by: int) -> None:
    code = new_code(secret)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(BadCode):
        read_code(wrong)


@given(secrets_, st.integers(0, 14))
def test_two_neighbours_swapped_are_noticed_but_for_nine_and_nought(secret: bytes, place: int) -> None:
    code = new_code(secret)
    one, two = code[place], code[place + 1]
    if one == two or {one, two} == {"0", "9"}:  # what Luhn cannot see
        return
    with pytest.raises(BadCode):
        read_code(code[:place] + two + one + code[place + 2 :])


@pytest.mark.parametrize("typed", ["", "1234", "1" * 17, "abcd" * 4, "½" * 16, "1" * 15 + "x"])
def test_what_is_no_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadCode, match="16 digits"):
        read_code(typed)


def test_known_luhn() -> None:
    assert read_code("4539 1488 0343 6467") == "4539148803436467"  # a well-known test number


def test_the_same_secret_gives_the_same_code_and_a_short_one_none() -> None:
    assert new_code(b"s" * 32) == new_code(b"s" * 32) != new_code(b"t" * 32)
    with pytest.raises(ValueError, match="32 secret bytes"):
        new_code(b"short")


@settings(max_examples=10)
@given(secrets_)
def test_what_staff_seal_opens_with_the_code_alone(secret: bytes) -> None:
    code = new_code(secret)
    kept = receipt_of(code, PEPPER)
    sealed = seal_to(kept.public, b"answer", "message", 1)
    assert open_from(receipt_of(read_code(in_fours(code)), PEPPER).private, sealed, "message", 1) == b"answer"


def test_another_pepper_or_code_finds_nothing() -> None:
    code, other = new_code(b"a" * 32), new_code(b"b" * 32)
    finds = {receipt_of(code, PEPPER).find, receipt_of(code, b"q" * 32).find, receipt_of(other, PEPPER).find}
    assert len(finds) == 3
    kept = receipt_of(code, PEPPER)
    assert kept.find != kept.private.hex()
    assert repr(kept) == "Receipt(...)"

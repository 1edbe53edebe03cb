# SPDX-License-Identifier: Apache-2.0
"""Envelopes: what is sealed opens under its key, at its place, unchanged; and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadSeal
from krama.sealing import new_key, open_from, public_half, seal, seal_to, unseal

PLACES = st.lists(st.text(max_size=8), min_size=1, max_size=4)


@given(st.binary(max_size=200), PLACES)
def test_what_is_sealed_opens_at_its_place(plain: bytes, place: list[str]) -> None:
    key = new_key()
    assert unseal(key, seal(key, plain, *place), *place) == plain
    assert open_from(key, seal_to(public_half(key), plain, *place), *place) == plain


@given(PLACES, PLACES)
def test_it_opens_at_no_other_place(one: list[str], other: list[str]) -> None:
    key = new_key()
    if one == other:
        return
    with pytest.raises(BadSeal):
        unseal(key, seal(key, b"words", *one), *other)
    with pytest.raises(BadSeal):
        open_from(key, seal_to(public_half(key), b"words", *one), *other)


def test_parts_that_join_alike_are_two_places() -> None:
    key = new_key()
    with pytest.raises(BadSeal):
        unseal(key, seal(key, b"words", "ab", "c"), "a", "bc")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_anywhere_is_seen(where: int, flip: int) -> None:
    key = new_key()
    for sealed, opener in ((seal(key, b"words", "x"), unseal), (seal_to(public_half(key), b"words", "x"), open_from)):
        changed = bytearray(sealed)
        changed[where % len(changed)] ^= flip
        with pytest.raises(BadSeal):
            opener(key, bytes(changed), "x")


@pytest.mark.parametrize("cut", [0, 1, 12, 28])
def test_what_is_cut_short_is_seen(cut: int) -> None:
    key = new_key()
    with pytest.raises(BadSeal):
        unseal(key, seal(key, b"", "x")[:cut], "x")
    with pytest.raises(BadSeal):
        open_from(key, seal_to(public_half(key), b"", "x")[:cut], "x")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadSeal):
        unseal(new_key(), seal(new_key(), b"words", "x"), "x")
    with pytest.raises(BadSeal):
        open_from(new_key(), seal_to(public_half(new_key()), b"words", "x"), "x")


def test_the_same_words_never_look_the_same() -> None:
    key = new_key()
    assert seal(key, b"words", "x") != seal(key, b"words", "x")
    assert seal_to(public_half(key), b"words", "x") != seal_to(public_half(key), b"words", "x")


def test_the_door_cannot_read_what_it_sealed() -> None:
    private = new_key()
    with pytest.raises(BadSeal):
        open_from(public_half(private), seal_to(public_half(private), b"words", "x"), "x")

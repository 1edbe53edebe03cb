# SPDX-License-Identifier: Apache-2.0
"""Keyed hashes: the same for the same, another for another kind, value or key; and they do not show their key."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.sealing import KeyedHash

KEY = bytes(range(32))
Pair = tuple[str, str]
PAIRS = st.tuples(st.text(max_size=6), st.text(max_size=6))


def test_it_is_hmac_sha256_over_length_kind_and_value() -> None:
    wanted = hmac.new(KEY, b"\x00\x07account" + "គណនី".encode(), hashlib.sha256).hexdigest()
    assert KeyedHash(KEY).of("account", "គណនី") == wanted


@given(PAIRS, PAIRS)
def test_two_are_the_same_only_when_kind_and_value_are(one: Pair, other: Pair) -> None:
    """Also where kind and value run together to the same text: ("ab", "c") and ("a", "bc")."""
    hashes = KeyedHash(KEY)
    assert (hashes.of(*one) == hashes.of(*other)) == (one == other)


def test_kind_and_value_do_not_run_together() -> None:
    assert KeyedHash(KEY).of("ab", "c") != KeyedHash(KEY).of("a", "bc")


def test_another_key_gives_another_hash() -> None:
    assert KeyedHash(KEY).of("account", "a-1") != KeyedHash(bytes(32)).of("account", "a-1")


def test_each_purpose_has_its_own_secret() -> None:
    hashes = KeyedHash(KEY)
    assert len(hashes.derive("webhook:1")) == 32
    assert hashes.derive("webhook:1") != hashes.derive("webhook:2")
    assert hashes.derive("webhook:1").hex() != hashes.of("webhook", "1")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        KeyedHash(bytes(31))


def test_its_repr_shows_nothing() -> None:
    assert repr(KeyedHash(KEY)) == "KeyedHash(...)"

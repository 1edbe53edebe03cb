# SPDX-License-Identifier: Apache-2.0
"""The key file of gates: read as it was signed, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.ledger import SigningKey
from krama.ledger.machines import FORM, Machine, Machines, read_machines, secret_hash, write_machines

KEY = SigningKey("krama-gates-test", b"s" * 32)
AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
names = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(names, max_size=5, unique=True), names)
def test_it_is_read_as_it_was_written(given_names: list[str], version: str) -> None:
    machines = tuple(Machine(f"{n:08x}", name, secret_hash(name), ("scan",)) for n, name in enumerate(given_names))
    known = Machines(AT, machines, version, (("v", "d" * 64),))
    assert read_machines(write_machines(known, KEY), KEY.public) == known


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_one_letter_that_differs_is_refused(at: int, letter: str) -> None:
    text = write_machines(Machines(AT, (Machine("aaaa", "App", secret_hash("x"), ("scan",)),)), KEY)
    at %= text.rindex("\n")
    if text[at] != letter:
        with pytest.raises(BadInput):
            read_machines(text[:at] + letter + text[at + 1 :], KEY.public)


def test_something_else_signed_by_the_same_key_is_no_key_file() -> None:
    for text in (
        "another form\n{}\n",
        f"{FORM}\n",
        f"{FORM}\nno json\n",
        f'{FORM}\n{{"issued": "x"}}\n',
        f"{FORM}\n[]\n",
    ):
        with pytest.raises(BadInput):
            read_machines(KEY.sign(text), KEY.public)


def test_a_token_of_another_form_is_nobodys() -> None:
    known = Machines(AT, (Machine("aaaa", "App", secret_hash("secret"), ("scan",)),))
    assert known.machine_of("krama_aaaa_secret") is not None
    for token in ("", "krama", "krama_aaaa", "krama_aaaa_", "other_aaaa_secret", "krama_aaaa_secret2", "krama__secret"):
        assert known.machine_of(token) is None

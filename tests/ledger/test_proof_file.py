# SPDX-License-Identifier: Apache-2.0
"""One entry proved in one file: it holds as written, and not after any change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.ledger import check_proof, inclusion_proof, leaf_hash, write_proof
from tests.ledger.trails import KEY, STRANGER, signed, texts

ENTRIES = texts(23)
LEAVES = [leaf_hash(text.encode()) for text in ENTRIES]


def proof(index: int) -> str:
    return write_proof(ENTRIES[index], index, inclusion_proof(LEAVES, index), signed(ENTRIES, 23))


@given(st.integers(0, 22))
def test_a_proof_shows_its_entry_and_place(index: int) -> None:
    found = check_proof(proof(index), KEY.public)
    assert found
    assert (found.entry, found.index, found.checkpoint.size) == (ENTRIES[index], index, 23)


def test_the_file_is_as_the_specification_writes_it() -> None:
    lines = proof(5).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 5"
    assert lines[8:11] == ["", "krama/trail/test", "23"]


@given(st.integers(0, 22), st.integers(0, 22))
def test_an_entry_does_not_pass_for_another(index: int, other: int) -> None:
    forged = write_proof(ENTRIES[other], index, inclusion_proof(LEAVES, index), signed(ENTRIES, 23))
    assert (check_proof(forged, KEY.public) is None) == (index != other)


def test_nobody_else_can_sign_it() -> None:
    assert check_proof(proof(3), STRANGER.public) is None


@given(st.data())
def test_one_changed_character_never_shows_something_else(draw: st.DataObject) -> None:
    text = proof(4)
    place = draw.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + draw.draw(st.characters(codec="utf-8")) + text[place + 1 :]
    try:
        found = check_proof(changed, KEY.public)
    except BadInput:
        return
    assert found is None or (found.entry, found.index) == (ENTRIES[4], 4)


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nextra e30=\nindex 05\n\nx"]
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no proof of an entry"):
        check_proof(text, KEY.public)

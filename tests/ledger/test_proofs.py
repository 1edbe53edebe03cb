# SPDX-License-Identifier: Apache-2.0
"""Proofs against the definitions of RFC 9162, word for word, and against every forgery of one hash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.ledger import consistency_proof, inclusion_proof, is_consistent, leaf_hash, root_by_inclusion
from krama.ledger.tree import node_hash
from tests.ledger.test_tree import LEAVES, ROOTS, defined_root

KNOWN = [leaf_hash(leaf) for leaf in LEAVES]
sizes = st.integers(1, 90)


def made(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1: PATH(m, D_n)."""
    if len(leaves) == 1:
        return []
    split = next(2**power for power in range(20) if 2**power < len(leaves) <= 2 ** (power + 1))
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def test_the_known_paths_of_certificate_transparency() -> None:
    """Of the eight known leaves: the paths that its implementations are tested with, from nodes made by hand."""
    pair = [node_hash(KNOWN[n], KNOWN[n + 1]) for n in range(0, 8, 2)]
    first_four, last_four = node_hash(pair[0], pair[1]), node_hash(pair[2], pair[3])
    assert inclusion_proof(KNOWN, 0) == [KNOWN[1], pair[1], last_four]
    assert inclusion_proof(KNOWN, 5) == [KNOWN[4], pair[3], first_four]
    assert inclusion_proof(KNOWN[:3], 2) == [pair[0]]
    assert inclusion_proof(KNOWN[:5], 1) == [KNOWN[0], pair[1], KNOWN[4]]
    assert consistency_proof(KNOWN, 1) == [KNOWN[1], pair[1], last_four]
    assert consistency_proof(KNOWN, 6) == [pair[2], pair[3], first_four]
    assert consistency_proof(KNOWN[:5], 2) == [pair[1], KNOWN[4]]


def test_the_known_roots_follow_from_each_other() -> None:
    roots = [bytes.fromhex(root) for root in ROOTS]
    for new in range(1, 9):
        for old in range(1, new + 1):
            path = consistency_proof(KNOWN[:new], old)
            assert is_consistent(old, roots[old - 1], new, roots[new - 1], path)


@given(sizes, st.data())
def test_an_inclusion_path_is_that_of_the_definition_and_leads_to_the_root(size: int, draw: st.DataObject) -> None:
    leaves, index = made(size), draw.draw(st.integers(0, size - 1))
    path = inclusion_proof(leaves, index)
    assert path == defined_path(index, leaves)
    assert root_by_inclusion(leaves[index], index, size, path) == defined_root(leaves)


@given(sizes, st.data())
def test_a_forged_inclusion_leads_elsewhere(size: int, draw: st.DataObject) -> None:
    leaves, index = made(size), draw.draw(st.integers(0, size - 1))
    path, root = inclusion_proof(leaves, index), defined_root(leaves)
    assert root_by_inclusion(leaf_hash(b"forged"), index, size, path) != root
    other = draw.draw(st.integers(0, size + 2))
    if other != index:
        assert root_by_inclusion(leaves[index], other, size, path) != root
    assert root_by_inclusion(leaves[index], index, size, [*path, leaves[0]]) != root
    if path:
        assert root_by_inclusion(leaves[index], index, size, path[:-1]) != root


@given(sizes, st.data())
def test_a_tree_is_consistent_with_each_of_its_beginnings(size: int, draw: st.DataObject) -> None:
    leaves, old = made(size), draw.draw(st.integers(0, size))
    path = consistency_proof(leaves, old)
    assert is_consistent(old, defined_root(leaves[:old]), size, defined_root(leaves), path)


@given(st.integers(2, 90), st.data())
def test_a_tree_whose_beginning_was_changed_is_not_consistent(size: int, draw: st.DataObject) -> None:
    leaves, old = made(size), draw.draw(st.integers(1, size - 1))
    forged = list(leaves)
    forged[draw.draw(st.integers(0, old - 1))] = leaf_hash(b"forged")
    before, after = defined_root(leaves[:old]), defined_root(forged)
    assert not is_consistent(old, before, size, after, consistency_proof(forged, old))
    assert not is_consistent(old, before, size, after, consistency_proof(leaves, old))


@given(st.integers(2, 90), st.data())
def test_a_consistency_path_of_another_length_does_not_hold(size: int, draw: st.DataObject) -> None:
    leaves, old = made(size), draw.draw(st.integers(1, size - 1))
    path, roots = consistency_proof(leaves, old), (defined_root(leaves[:old]), defined_root(leaves))
    assert not is_consistent(old, roots[0], size, roots[1], path[:-1])
    assert not is_consistent(old, roots[0], size, roots[1], [*path, leaves[0]])


def test_what_no_tree_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="has no leaf 3"):
        inclusion_proof(made(3), 3)
    with pytest.raises(ValueError, match="does not hold one of 4"):
        consistency_proof(made(3), 4)
    assert not is_consistent(4, b"", 3, b"", [])

# SPDX-License-Identifier: Apache-2.0
"""The tree is that of RFC 9162 (and 6962): known answers, and the same root as the definition gives."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.ledger import Frontier, leaf_hash, root_of
from krama.ledger.tree import node_hash

# The eight leaves and roots that Certificate Transparency's own implementations are tested with.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word: split at the largest power of two smaller than n."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots(size: int) -> None:
    assert root_of(leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_leaf_is_not_a_node() -> None:
    """Without the prefixes one could pass a node off as an entry."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_gives_the_root_of_the_definition(data: list[bytes]) -> None:
    leaves = [leaf_hash(one) for one in data]
    assert root_of(leaves) == defined_root(leaves)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_frontier_goes_on_from_where_it_was_stored(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [leaf_hash(one) for one in data]
    cut = draw.draw(st.integers(0, len(leaves)))
    first = Frontier()
    for leaf in leaves[:cut]:
        first.append(leaf)
    again = Frontier(first.size, first.hashes)
    for leaf in leaves[cut:]:
        again.append(leaf)
    assert again.root() == defined_root(leaves)


@given(st.lists(st.binary(min_size=1, max_size=4), min_size=2, max_size=30, unique=True), st.data())
def test_another_order_is_another_tree(data: list[bytes], draw: st.DataObject) -> None:
    other = draw.draw(st.permutations(data).filter(lambda order: order != data))
    assert root_of(map(leaf_hash, data)) != root_of(map(leaf_hash, other))


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="a tree of 3 leaves has 2 complete subtrees, not 1"):
        Frontier(3, [leaf_hash(b"a")])

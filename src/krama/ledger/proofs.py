# SPDX-License-Identifier: Apache-2.0
"""Inclusion and consistency proofs of RFC 9162, sections 2.1.3 and 2.1.4. Works on leaf hashes; keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence

from krama.ledger.tree import node_hash, root_of


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """From the leaf's sibling up to the child of the root."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves has no leaf {index}")
    path: list[bytes] = []
    first, last = 0, len(leaves)
    while last - first > 1:
        split = first + _split(last - first)
        if index < split:
            path.append(root_of(leaves[split:last]))
            last = split
        else:
            path.append(root_of(leaves[first:split]))
            first = split
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that this path leads to; None when the path has not the length that size and index give it."""
    if not 0 <= index < size:
        return None
    number, last, node = index, size - 1, leaf
    for other in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            node = node_hash(other, node)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, other)
        number, last = number >> 1, last >> 1
    return node if last == 0 else None


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """That the tree of the first `old` leaves lies unchanged in the tree of all; empty for none and for all."""
    if not 0 <= old <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves does not hold one of {old}")
    if old in (0, len(leaves)):
        return []
    return _subproof(leaves, old, whole=True)


def _subproof(leaves: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_subproof(leaves[:split], old, whole=whole), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, whole=False), root_of(leaves[:split])]


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree only added to the older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not path and (old == 0 or old_root == new_root)
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    return _climb(old - 1, new - 1, nodes) == (old_root, new_root)


def _climb(first: int, last: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while first & 1:
        first, last = first >> 1, last >> 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        first, last = first >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << ((size - 1).bit_length() - 1)

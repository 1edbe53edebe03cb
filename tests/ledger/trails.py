# SPDX-License-Identifier: Apache-2.0
"""A small trail in memory, signed now and then, and the ways of tampering with its bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from krama.ledger import Bundle, Checkpoint, Head, Line, SigningKey, leaf_hash, root_of, tiles_between

KEY = SigningKey("krama/trail/test", bytes(range(32)))
STRANGER = SigningKey("krama/trail/test", bytes(32))


def texts(count: int, said: str = "entry") -> list[str]:
    return [f'{{"id":"{said} {number}"}}' for number in range(count)]


def lines_of(entries: Sequence[str], *, first: int = 0) -> list[Line]:
    """Lines whose stored hashes fit: of Krama, or of a forger who recomputed all."""
    return [Line(n, leaf_hash(text.encode()).hex(), text) for n, text in enumerate(entries, first)]


def signed(entries: Sequence[str], size: int, key: SigningKey = KEY) -> str:
    root = root_of([leaf_hash(text.encode()) for text in entries[:size]])
    return Checkpoint(key.public.name, size, root).signed(key)


def heads_of(entries: Sequence[str], sizes: Sequence[int], key: SigningKey = KEY) -> list[Head]:
    notes = [signed(entries, size, key) for size in sizes]
    roots = [root_of([leaf_hash(text.encode()) for text in entries[:size]]).hex() for size in sizes]
    return [Head(*facts) for facts in zip(sizes, roots, notes, strict=True)]


def witness_of(entries: Sequence[str], size: int) -> dict[str, bytes]:
    """The folder outside the database, as it was written when the trail had so many entries."""
    leaves = [leaf_hash(text.encode()) for text in entries[:size]]
    files: dict[str, bytes] = {}
    files.update(dict(tiles_between(0, size, files.get, leaves)))
    return {**files, "checkpoint": signed(entries, size).encode()}


def bundle_of(entries: Sequence[str], sizes: Sequence[int], tiles: int = 0) -> Bundle:
    """Signed at these sizes, the last of which is all; witnessed outside up to `tiles`."""
    witness = witness_of(entries, tiles) if tiles else {}
    return Bundle({"size": len(entries)}, lines_of(entries), heads=heads_of(entries, sizes), witness=witness)


def forged(bundle: Bundle, entries: Sequence[str], *, keep_notes: bool = True) -> Bundle:
    """All entries replaced and every hash and head made anew, but nothing signed: that the forger cannot."""
    roots = [leaf_hash(text.encode()) for text in entries]
    heads = [
        Head(one.size, root_of(roots[: one.size]).hex(), one.note if keep_notes else "")
        for one in bundle.heads
        if one.size <= len(entries)
    ]
    return replace(bundle, lines=lines_of(entries), heads=heads)

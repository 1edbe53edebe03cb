# SPDX-License-Identifier: Apache-2.0
"""One entry's proof in one file, as C2SP tlog-proof writes it; the entry itself goes along as its extra data.

The extra data is not trusted: its hash has to lead to the root that the checkpoint signs.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from krama.errors import BadInput
from krama.ledger.checkpoint import Checkpoint, open_checkpoint
from krama.ledger.note import PublicKey
from krama.ledger.proofs import root_by_inclusion
from krama.ledger.tree import leaf_hash

FIRST = "c2sp.org/tlog-proof@v1"
NO_PROOF = "This is no proof of an entry: line {line} is not as c2sp.org/tlog-proof asks."


@dataclass(frozen=True)
class Proved:
    """What the proof shows: this entry stands at this place in this log."""

    entry: str
    index: int
    checkpoint: Checkpoint


def write_proof(entry: str, index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """The file's text; `checkpoint` is the signed note."""
    lines = [FIRST, f"extra {_encoded(entry.encode())}", f"index {index}", *map(_encoded, path)]
    return "\n".join(lines) + "\n\n" + checkpoint


def check_proof(text: str, key: PublicKey) -> Proved | None:
    """None where the proof does not hold; `BadInput` where it is none at all."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != FIRST or len(lines) < 3:
        raise BadInput(NO_PROOF.format(line=1))
    entry, index, path = _extra(lines[1]), _index(lines[2]), [_hash(line, n) for n, line in enumerate(lines[3:], 4)]
    signed = open_checkpoint(checkpoint, key)
    if signed is None or root_by_inclusion(leaf_hash(entry), index, signed.size, path) != signed.root:
        return None
    return Proved(entry.decode(errors="replace"), index, signed)


def _extra(line: str) -> bytes:
    word, _, encoded = line.partition(" ")
    if word != "extra":
        raise BadInput("This proof does not bring its entry along (extra); Krama's own do.")
    return _decoded(encoded, 2)


def _index(line: str) -> int:
    word, _, number = line.partition(" ")
    if word != "index" or not number.isascii() or not number.isdigit() or str(int(number[:20])) != number:
        raise BadInput(NO_PROOF.format(line=3))
    return int(number)


def _hash(line: str, number: int) -> bytes:
    found = _decoded(line, number)
    if len(found) != 32:
        raise BadInput(NO_PROOF.format(line=number))
    return found


def _decoded(text: str, number: int) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadInput(NO_PROOF.format(line=number)) from problem


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()

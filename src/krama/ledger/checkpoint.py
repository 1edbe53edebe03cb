# SPDX-License-Identifier: Apache-2.0
"""Signed checkpoints as C2SP tlog-checkpoint writes them: which log, how many entries, the root over them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from krama.ledger.note import PublicKey, SigningKey, open_note

SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log at one size. `origin` is the name of the log, and of the key that signs for it."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: SigningKey) -> str:
        """The note to hand out."""
        return key.sign(self.text())


def open_checkpoint(note: str, key: PublicKey) -> Checkpoint | None:
    """The checkpoint, if this key signed it for its own log; None if not, or if it is none."""
    text = open_note(note, key)
    lines = (text or "").split("\n")
    if len(lines) < 4 or lines[0] != key.name or not SIZE.fullmatch(lines[1]) or not all(lines[3:-1]):
        return None
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return Checkpoint(lines[0], int(lines[1]), root) if len(root) == 32 else None

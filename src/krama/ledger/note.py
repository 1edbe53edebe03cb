# SPDX-License-Identifier: Apache-2.0
"""Signed notes as C2SP signed-note writes them (Ed25519), so that other people's tools read them too."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from krama.errors import BadInput
from krama.sealing import is_signed, sign, verifying_half

ED25519 = b"\x01"
DASH = "— "
SIGNATURES = 16  # that many a verifier must read; more are no note of ours
NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class PublicKey:
    """Whose signatures count: a name and 32 bytes, written as `name+key id+base64`."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or len(self.raw) != 32:
            raise BadInput("A public key is a name without spaces or plus signs, and 32 bytes.")

    @property
    def id(self) -> bytes:
        """Four bytes: which of a signer's keys it was."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """From `name+key id+base64`; `BadInput` says what is wrong with it."""
        name, _, rest = text.strip().partition("+")
        number, _, encoded = rest.partition("+")
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if data[:1] != ED25519 or len(data) != 33:
            raise BadInput("This is no public key of a trail: it is one line, name+key id+base64 (Ed25519).")
        key = cls(name, data[1:])
        if key.id.hex() != number:
            raise BadInput("This public key is damaged: its key id does not fit its name and its bytes.")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"


class SigningKey:
    """Signs notes under a name; the seed of 32 bytes is never shown."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed, self.public = seed, PublicKey(name, verifying_half(seed))

    def sign(self, text: str) -> str:
        """The text, an empty line, and one signature line. The text ends with a newline."""
        if not text.endswith("\n") or any(ord(sign) < 0x20 and sign != "\n" for sign in text):
            raise ValueError("the text of a note ends with a newline and holds no other control character")
        signature = base64.b64encode(self.public.id + sign(self._seed, text.encode())).decode()
        return f"{text}\n{DASH}{self.public.name} {signature}\n"

    def __repr__(self) -> str:
        return f"SigningKey({self.public.name!r})"


def open_note(note: str, key: PublicKey) -> str | None:
    """The text, if this key signed it; None if not. Signatures of other keys are passed over."""
    text, gap, lines = note.rpartition("\n\n")
    signatures = lines.splitlines() if gap and lines.endswith("\n") else []
    if any(ord(sign) < 0x20 and sign != "\n" for sign in note) or not 0 < len(signatures) <= SIGNATURES:
        return None
    checked = [is_signed(key.raw, f"{text}\n".encode(), found) for line in signatures for found in _ours(line, key)]
    return f"{text}\n" if checked and all(checked) else None


def _ours(line: str, key: PublicKey) -> list[bytes]:
    """The signature of a line that names this key; nothing for somebody else's."""
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or name != key.name:
        return []
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return []
    return [found[4:]] if found[:4] == key.id else []

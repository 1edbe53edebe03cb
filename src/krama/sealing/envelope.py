# SPDX-License-Identifier: Apache-2.0
"""Envelopes: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to the place where the sealed bytes belong.

A sealed text is one byte of format, 12 bytes of nonce, the ciphertext and its tag of 16 bytes.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from krama.errors import BadSeal

FORMAT = b"\x01"
KEY, NONCE, TAG = 32, 12, 16


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY)


def seal(key: bytes, plain: bytes, *place: object) -> bytes:
    """Seal under a key of 32 bytes; opens only at the same place (kind of record, its id, its field)."""
    nonce = secrets.token_bytes(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, bound(place))


def unseal(key: bytes, sealed: bytes, *place: object) -> bytes:
    """The plain bytes; `BadSeal` when one bit differs, the key is another, or it was sealed at another place."""
    if sealed[:1] != FORMAT or len(sealed) < 1 + NONCE + TAG:
        raise BadSeal(f"What is sealed at {named(place)} is cut short or of a format that this version does not know.")
    nonce, ciphertext = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound(place))
    except InvalidTag as problem:
        raise BadSeal(f"What is sealed at {named(place)} was changed, moved, or sealed under another key.") from problem


def bound(place: tuple[object, ...]) -> bytes:
    # Each part with its length: ("ab", "c") and ("a", "bc") are two places.
    parts = [str(part).encode() for part in place]
    return FORMAT + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def named(place: tuple[object, ...]) -> str:
    return " / ".join(map(str, place)) or "no place"

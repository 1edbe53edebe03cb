# SPDX-License-Identifier: Apache-2.0
"""Sealed at the door: whoever takes something in can seal it and cannot read it again (HPKE, RFC 9180, base mode).

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Keys are 32 raw bytes.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from krama.errors import BadSeal
from krama.sealing.envelope import bound, named

FORMAT = b"\x11"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def public_half(private: bytes) -> bytes:
    """32 bytes that may lie where the door stands."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes, *place: object) -> bytes:
    """Seal for whoever holds the private half; opens only at the same place."""
    return FORMAT + SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=bound(place))


def open_from(private: bytes, sealed: bytes, *place: object) -> bytes:
    """The plain bytes; `BadSeal` when it was changed, moved, or sealed to another key."""
    if sealed[:1] != FORMAT:
        raise BadSeal(f"What was sealed at the door for {named(place)} is of a format that this version does not know.")
    try:
        return SUITE.decrypt(sealed[1:], X25519PrivateKey.from_private_bytes(private), info=bound(place))
    except (InvalidTag, ValueError) as problem:
        raise BadSeal(
            f"What was sealed at the door for {named(place)} was changed, moved, or is for another key."
        ) from problem

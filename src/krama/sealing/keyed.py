# SPDX-License-Identifier: Apache-2.0
"""Keyed hashes: find an identifier again without keeping it where it can be searched."""

from __future__ import annotations

import hashlib
import hmac


class KeyedHash:
    """HMAC-SHA-256 (RFC 2104) of a kind and a value, under a key of 32 bytes that lies apart from the data.

    The kind keeps an account and a content item with the same id from looking alike.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("a keyed hash needs a key of at least 32 bytes")
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """64 lower-case hexadecimal digits."""
        message = len(kind).to_bytes(2, "big") + kind.encode() + value.encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, so that a secret need not be stored beside the data."""
        return bytes.fromhex(self.of("derive", purpose))

    def __repr__(self) -> str:
        return "KeyedHash(...)"

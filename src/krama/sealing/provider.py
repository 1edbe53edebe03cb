# SPDX-License-Identifier: Apache-2.0
"""How a secret lies on disk: readable by its owner (file), or sealed under a root key that comes from elsewhere.

Another device (a key service, a smart card) needs only `kind`, `cover` and `uncover`.
"""

from __future__ import annotations

from typing import Protocol

from krama.errors import BadHome, BadSeal
from krama.sealing.envelope import KEY, seal, unseal

MARK = "sealed:"
# RFC 9106, section 4, second recommended option: 64 MiB, three passes; paid once at each start.
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4


class KeyProvider(Protocol):
    """`kind` is what `krama check` says; `name` is the key's own, so that two files cannot be swapped."""

    @property
    def kind(self) -> str: ...

    def cover(self, secret: bytes, name: str) -> str: ...

    def uncover(self, text: str, name: str) -> bytes: ...


class FileProvider:
    """The default: 64 hexadecimal digits, and the file's own permissions."""

    kind = "file"

    def cover(self, secret: bytes, name: str) -> str:
        return secret.hex()

    def uncover(self, text: str, name: str) -> bytes:
        if text.startswith(MARK):
            raise BadHome(f"The key {name} is sealed under a passphrase or another device, which was not given.")
        return bytes.fromhex(text)


class RootProvider:
    """Every key file is sealed under one root key, which never lies on this disk. Plain files are still read:

    a home that is being protected has both kinds until the command ends.
    """

    def __init__(self, root: bytes, kind: str) -> None:
        if len(root) != KEY:
            raise BadHome("The root key has 32 bytes: 64 hexadecimal digits.")
        self._root, self.kind = root, kind

    def cover(self, secret: bytes, name: str) -> str:
        return MARK + seal(self._root, secret, "key", name).hex()

    def uncover(self, text: str, name: str) -> bytes:
        if not text.startswith(MARK):
            return bytes.fromhex(text)
        try:
            return unseal(self._root, bytes.fromhex(text.removeprefix(MARK)), "key", name)
        except BadSeal as problem:
            raise BadHome(
                f"The key {name} does not open: the passphrase is another, or the file was changed."
            ) from problem

    def __repr__(self) -> str:
        return f"RootProvider(kind={self.kind!r})"


def root_from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """32 bytes by Argon2id (RFC 9106); the same words and salt give the same key."""
    if len(passphrase) < 12:
        raise BadHome("A passphrase has at least 12 characters; five words that nobody would put together are good.")
    from argon2.low_level import Type, hash_secret_raw  # half a second of import, for those who use a passphrase

    return hash_secret_raw(passphrase.encode(), salt, PASSES, MEMORY_KIB, LANES, KEY, Type.ID)

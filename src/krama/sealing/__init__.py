# SPDX-License-Identifier: Apache-2.0
"""Who can read it? Key rings, providers, envelopes, the sealed door, keyed hashes.

Nothing else in Krama touches a cipher.
"""

from krama.sealing.door import open_from, public_half, seal_to
from krama.sealing.envelope import new_key, seal, unseal
from krama.sealing.keyed import KeyedHash
from krama.sealing.keyfile import make_keys, read_key, write_once, write_over
from krama.sealing.provider import FileProvider, KeyProvider, RootProvider, root_from_passphrase
from krama.sealing.ring import KeyRing

__all__ = [
    "FileProvider",
    "KeyProvider",
    "KeyRing",
    "KeyedHash",
    "RootProvider",
    "make_keys",
    "new_key",
    "open_from",
    "public_half",
    "read_key",
    "root_from_passphrase",
    "seal",
    "seal_to",
    "unseal",
    "write_once",
    "write_over",
]

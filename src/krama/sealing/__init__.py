# SPDX-License-Identifier: Apache-2.0
"""Who can read it? Key rings, providers, envelopes, the sealed door, keyed hashes; and who signed it.

Nothing else in Krama touches a cipher.
"""

from krama.sealing.door import open_from, public_half, seal_to
from krama.sealing.envelope import new_key, seal, unseal
from krama.sealing.keyed import KeyedHash
from krama.sealing.keyfile import make_keys, read_key, write_once, write_over
from krama.sealing.provider import FileProvider, KeyProvider, RootProvider, root_from_passphrase
from krama.sealing.receipt import BadCode, Receipt, in_fours, new_code, read_code, receipt_of
from krama.sealing.ring import KeyRing
from krama.sealing.signing import is_signed, sign, verifying_half

__all__ = [
    "BadCode",
    "FileProvider",
    "KeyProvider",
    "KeyRing",
    "KeyedHash",
    "Receipt",
    "RootProvider",
    "in_fours",
    "is_signed",
    "make_keys",
    "new_code",
    "new_key",
    "open_from",
    "public_half",
    "read_code",
    "read_key",
    "receipt_of",
    "root_from_passphrase",
    "seal",
    "seal_to",
    "sign",
    "unseal",
    "verifying_half",
    "write_once",
    "write_over",
]

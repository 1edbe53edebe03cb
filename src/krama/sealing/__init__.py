# SPDX-License-Identifier: Apache-2.0
"""Who can read it? Keys on disk and keyed hashes; nothing else in Krama touches a cipher.

Envelopes come with the issue on confidentiality; until then `krama init` says "not sealed yet".
"""

from krama.sealing.keyed import KeyedHash
from krama.sealing.keyfile import make_keys, read_key

__all__ = ["KeyedHash", "make_keys", "read_key"]

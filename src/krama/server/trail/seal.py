# SPDX-License-Identifier: Apache-2.0
"""The seal of an entry: an HMAC under a key that lies outside the database, made when the entry is written.

Whoever writes behind Krama's back can make every hash fit, and no seal.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from krama.ledger import SigningKey
from krama.server.trail.leaf import plain_of
from krama.server.trail.models import Entry


def seal_of(entry: Entry) -> str:
    """64 hexadecimal digits over the entry as it is hashed."""
    return hmac.new(settings.KRAMA_TRAIL_KEY, b"entry\0" + plain_of(entry).encode(), hashlib.sha256).hexdigest()


def is_sealed(entry: Entry) -> bool:
    """Whether Krama wrote this, and nobody changed it since. A row that no entry could be is not."""
    try:
        return hmac.compare_digest(entry.seal.encode(), seal_of(entry).encode())
    except (AttributeError, TypeError, ValueError):
        return False


def signing_key() -> SigningKey:
    """Signs the checkpoints of this home's trail; its name is the log's origin."""
    return SigningKey(f"krama/trail/{settings.HOME.id}", settings.KRAMA_TRAIL_SIGNING_KEY)

# SPDX-License-Identifier: Apache-2.0
"""Keyed hashes of this room's doors: a number, a message, a session is known again and never stored.

The key is made of the receipts' pepper, which lies with the keys and not with the data.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.conf import settings

from krama.sealing import KeyedHash


def mark(kind: str, *parts: str) -> str:
    """64 hexadecimal digits; parts are told apart by their lengths."""
    return _hash().of(kind, "".join(f"{len(part)}:{part}" for part in parts))


def pk_of(kind: str, *parts: str) -> UUID:
    """The id of what this very message is about: the same one however often it comes."""
    return UUID(mark(kind, *parts)[:32], version=4)


@cache
def _hash() -> KeyedHash:
    return KeyedHash(KeyedHash(settings.KRAMA_PEPPER).derive("doors"))

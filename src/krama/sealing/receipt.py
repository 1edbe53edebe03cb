# SPDX-License-Identifier: Apache-2.0
"""A receipt: 16 digits that only the reporter holds. Two things are made of it, and neither leads back to it.

`find` may be stored: it finds the report again. `private` never is: it opens what staff write back. Both come from one
slow hash, so that guessing digits costs the same for either; without the pepper, which lies with the keys and not
with the data, the data alone cannot even be guessed at.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from krama.errors import BadInput
from krama.sealing.door import public_half

DIGITS = 16
SALT = b"krama.receipt.v1"  # the same for all: a code must be found without a name; the pepper is the secret
# OWASP's minimum for Argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES, LENGTH = 19 * 1024, 2, 1, 64
LEFT_OUT = re.compile("[\\s\u00b7.\u2010-\u2015-]|[\u200b-\u200f\u2060\ufeff]")
_seats = threading.BoundedSemaphore(4)  # 76 MiB at most at one moment, however many ask


class BadCode(BadInput):
    """A receipt has 16 digits; one of these was mistyped or is missing."""

    code = "bad_code"


@dataclass(frozen=True)
class Receipt:
    """What a code gives: `find` (64 hexadecimal digits) to store, `private` (32 bytes, X25519) to use and forget."""

    find: str
    private: bytes

    @property
    def public(self) -> bytes:
        """32 bytes to which staff seal what they write back."""
        return public_half(self.private)

    def __repr__(self) -> str:
        return "Receipt(...)"


def new_code(secret: bytes) -> str:
    """16 digits from at least 32 secret bytes, the last by Luhn (ISO/IEC 7812-1); the same bytes give the same code."""
    if len(secret) < 32:
        raise ValueError("a code is made from at least 32 secret bytes")
    number = int.from_bytes(hashlib.sha512(b"krama receipt code" + secret).digest(), "big") % 10 ** (DIGITS - 1)
    digits = f"{number:0{DIGITS - 1}d}"
    return digits + _luhn(digits)


def in_fours(code: str) -> str:
    """As it is shown and read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """The 16 digits of what was typed; spaces, hyphens and Khmer digits are fine. `BadCode` when they do not fit."""
    shown = LEFT_OUT.sub("", typed)
    digits = "".join(str(unicodedata.decimal(letter, "x")) for letter in shown)
    if len(digits) != DIGITS or not digits.isdecimal() or _luhn(digits[:-1]) != digits[-1]:
        raise BadCode
    return digits


def receipt_of(code: str, pepper: bytes) -> Receipt:
    """Slow on purpose (some 30 ms); at most a few at one moment, so that a crowd cannot take the memory."""
    from argon2.low_level import Type, hash_secret_raw

    secret = hmac.new(pepper, code.encode(), hashlib.sha256).digest()
    with _seats:
        slow = hash_secret_raw(secret, SALT, PASSES, MEMORY_KIB, LANES, LENGTH, Type.ID)
    return Receipt(_expand(slow, b"find").hex(), _expand(slow, b"reply"))


def _expand(slow: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, b"krama receipt " + purpose).derive(slow)  # RFC 5869, section 2.3


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)

# SPDX-License-Identifier: Apache-2.0
"""The words of this room: a signal (one known hash), a list of them, and what a list asks for on a match.

Plain frozen values; times are UTC-aware. Must never hold content, only what recognises it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from krama.errors import BadSignal

DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64, "url": 64}
HEX = re.compile("[0-9a-f]+")
PDQ_RADIUS = 31  # Meta's advice for "the same picture"; 256 bits in all


class SignalType(StrEnum):
    """What kind of hash a value is."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    PDQ = "pdq"
    URL = "url"  # SHA-256 of an address's expression

    @property
    def digits(self) -> int:
        """How many hex digits a value of this type has."""
        return DIGITS[self.value]


class Action(StrEnum):
    """What a list asks for on a match, strongest first."""

    BLOCK = "block"
    REVIEW = "review"
    OBSERVE = "observe"


@dataclass(frozen=True)
class SeverityCode:
    """A class in a published scheme, for example scheme "uk", version "2013", code "A"."""

    scheme: str
    version: str
    code: str


@dataclass(frozen=True)
class Signal:
    """One known hash. `value` is lower hex of the type's length (see `parse_value`)."""

    type: SignalType
    value: str
    labels: tuple[str, ...] = ()
    severity: SeverityCode | None = None
    source_ref: str = ""
    added: datetime | None = None
    expires: datetime | None = None
    withdrawn: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Is it neither withdrawn nor expired at `now`?"""
        return (self.withdrawn is None or self.withdrawn > now) and (self.expires is None or self.expires > now)


class Category(StrEnum):
    """What a list is of: child protection, and nothing else (purpose lock)."""

    ABUSE = "child-abuse-material"
    EXPLOITATION = "child-exploitation"
    EXTORTION = "child-extortion"
    VIOLENCE = "violence-against-children"


@dataclass(frozen=True)
class HashList:
    """Whose signals, on what legal basis, what a match asks for. `radius`: PDQ bits that may differ, 0 to 256."""

    name: str
    owner: str
    legal_basis: str
    labels: tuple[str, ...] = ()
    action: Action = Action.BLOCK
    radius: int = PDQ_RADIUS

    def __post_init__(self) -> None:
        if not 0 <= self.radius <= 256:
            raise BadSignal(f"The radius of list {self.name} is {self.radius}: give 0 to 256 bits.")


def parse_category(text: str) -> Category:
    """What a list is of. There is no other purpose than protecting children: anything else is refused."""
    try:
        return Category(text.strip().lower())
    except ValueError:
        known = ", ".join(Category)
        raise BadSignal(
            f"category is “{text.strip()[:40]}”: Krama only takes what protects children; give one of {known}."
        ) from None


def parse_type(text: str) -> SignalType:
    """`SHA-256`, `sha256`, `PDQ`… as a type; `BadSignal` names those there are."""
    try:
        return SignalType(text.strip().lower().replace("-", ""))
    except ValueError:
        known = ", ".join(SignalType)
        raise BadSignal(f"signal_type is “{text.strip()[:40]}”: give one of {known}.") from None


def parse_value(type: SignalType | str, text: str) -> str:
    """The value as lower hex of the right length, or `BadSignal` saying what is wrong."""
    kind = type if isinstance(type, SignalType) else parse_type(type)
    digits = kind.digits
    if len(text) == digits and HEX.fullmatch(text):  # as most are given
        return text
    value = text.strip().lower()
    if len(value) != digits:
        raise BadSignal(f"{kind} values have {digits} hex digits; this one has {len(value)}.")
    if not HEX.fullmatch(value):
        raise BadSignal(f"{kind} values have only the digits 0-9 and a-f.")
    return value

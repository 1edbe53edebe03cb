# SPDX-License-Identifier: Apache-2.0
"""Scan content against lists: hash it every way, search, and say block, review or allow.

Must never let content past because it is broken: what could not be searched whole is for a person to look at.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from krama.errors import BadSignal
from krama.scanning.apart import Seen, read_picture
from krama.scanning.doubt import in_doubt
from krama.scanning.opening import Limits
from krama.scanning.verdict import ContentFacts, Match, Outcome, Reason, Verdict
from krama.signals import (
    Action,
    Hit,
    Index,
    SignalType,
    WatchedSnapshots,
    address_hashes,
    parse_type,
    parse_value,
)

NAMES = {kind: kind.value for kind in SignalType}  # an enumeration says its value slowly
STRENGTH: dict[Action, Outcome] = {Action.BLOCK: "block", Action.REVIEW: "review", Action.OBSERVE: "allow"}


class Reader(Protocol):
    """What opens a picture: `read_picture`, or a gate's pool of processes that do."""

    def __call__(self, data: bytes, limits: Limits, *, exact: bool = False, dihedral: bool = False) -> Seen: ...


class Lists(Protocol):
    """Where known signals come from: a `Snapshot`, or a `WatchedSnapshots` that renews itself."""

    @property
    def index(self) -> Index:
        """The exact search over them."""

    @property
    def version(self) -> str:
        """Their snapshot's version; "" for lists that were not published."""


@dataclass(frozen=True)
class Hash:
    """One hash of content. `quality`: PDQ quality 0-100, None when not known."""

    type: SignalType
    value: str
    quality: int | None = None


@dataclass(frozen=True, repr=False)
class Content:
    """What is scanned: the bytes of a file, or hashes made elsewhere, and web addresses. Its repr shows none."""

    data: bytes | None = None
    hashes: tuple[Hash, ...] = ()
    addresses: tuple[str, ...] = ()

    @classmethod
    def of_bytes(cls, data: bytes) -> Content:
        """A whole file, as it was uploaded."""
        return cls(data=bytes(data))

    @classmethod
    def of_hashes(cls, hashes: Iterable[tuple[SignalType | str, str, int | None]]) -> Content:
        """Hashes of one content: (type, hex value, PDQ quality or None). Raises `BadSignal` for one of wrong form."""
        checked = tuple(_checked(*one) for one in hashes)
        if not checked:
            raise BadSignal("There is no hash to scan: give at least one.")
        return cls(hashes=checked)

    def with_addresses(self, addresses: Iterable[str]) -> Content:
        """This content with the web addresses in it, or that lead to it. Raises `BadInput` for one without a host."""
        given = tuple(addresses)
        for address in given:
            address_hashes(address)
        return replace(self, addresses=given)


class Scanner:
    """Scans content; threads may share one. `clock` answers the present moment, UTC-aware.

    A picture is hashed fast, and exactly only where that could change the verdict; then matches and distances are the
    exact ones. `exact` hashes all exactly, so that the `pdq` of what matched nothing is exact too (for making a list).
    `dihedral` also finds copies that were turned by quarters or mirrored. `read`: who opens pictures.
    """

    def __init__(
        self,
        lists: Lists,
        *,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        exact: bool = False,
        dihedral: bool = False,
        read: Reader | None = None,
    ) -> None:
        self._read_picture = read
        self._lists = lists
        self._clock = clock
        self._limits = limits or Limits()
        self._exact = exact
        self._dihedral = dihedral

    def scan(self, content: Content) -> Verdict:
        """Search for everything known about this content. Never raises because of its bytes."""
        started = self._clock()
        lists = self._lists.latest() if isinstance(self._lists, WatchedSnapshots) else self._lists
        hashes, facts, reason, detail = self._read(content, lists.index, started)
        of_address = {address: address_hashes(address) for address in content.addresses}
        if of_address:
            hashes = [*hashes, *(Hash(SignalType.URL, value) for values in of_address.values() for value in values)]
            facts = replace(facts, url=next(iter(of_address.values()))[0])
        matches = _matches(lists.index, hashes, started)
        outcome, why = _judge(matches, reason)
        took = max(0.0, (self._clock() - started).total_seconds() * 1000)
        kept = detail if reason else None
        found = _known(of_address, matches)
        return Verdict(str(uuid.uuid4()), outcome, why, kept, matches, facts, lists.version, round(took, 2), found)

    def _read(
        self, content: Content, index: Index, now: datetime
    ) -> tuple[Sequence[Hash], ContentFacts, Reason | None, str | None]:
        if content.data is None:
            return content.hashes, _facts_of(content.hashes), None, None
        seen = self._seen(content.data, index, now)
        sums, looks = _sums(content.data), [Hash(SignalType.PDQ, pdq.value, pdq.quality) for pdq in seen.hashes]
        facts = _facts_of(sums + looks, seen.media_type, *(seen.size or (None, None)))
        searched = sums + looks if seen.exact else sums  # a fast hash that is in no doubt is far from all that is known
        return searched, facts, seen.reason, seen.detail

    def _seen(self, data: bytes, index: Index, now: datetime) -> Seen:
        """Read fast; and again exactly where a bit more or less could change what is said."""
        read = self._read_picture or read_picture
        seen = read(data, self._limits, exact=self._exact, dihedral=self._dihedral)
        if seen.exact or not in_doubt(index, seen.hashes, now):
            return seen
        return read(data, self._limits, exact=True, dihedral=self._dihedral)


def _sums(data: bytes) -> list[Hash]:
    return [
        Hash(SignalType.MD5, hashlib.md5(data, usedforsecurity=False).hexdigest()),
        Hash(SignalType.SHA1, hashlib.sha1(data, usedforsecurity=False).hexdigest()),
        Hash(SignalType.SHA256, hashlib.sha256(data).hexdigest()),
    ]


def _checked(kind: SignalType | str, value: str, quality: int | None) -> Hash:
    if quality is not None and not 0 <= quality <= 100:
        raise BadSignal(f"A PDQ quality is 0 to 100; this one is {quality}.")
    return Hash(parse_type(kind), parse_value(kind, value), quality)


def _facts_of(
    hashes: Iterable[Hash], media_type: str | None = None, width: int | None = None, height: int | None = None
) -> ContentFacts:
    values: dict[str, str] = {}
    quality = None
    for one in hashes:
        name = NAMES[one.type]
        if name not in values:
            values[name] = one.value
            quality = one.quality if one.type is SignalType.PDQ else quality
    return ContentFacts(**values, pdq_quality=quality, media_type=media_type, width=width, height=height)


def _known(of_address: dict[str, list[str]], matches: Iterable[Match]) -> tuple[str, ...]:
    """Those of the addresses that a list knows."""
    known = {match.value for match in matches if match.signal_type is SignalType.URL}
    return tuple(address for address, values in of_address.items() if not known.isdisjoint(values))


def _matches(index: Index, hashes: Iterable[Hash], now: datetime) -> tuple[Match, ...]:
    """Every known signal once, at its least distance over all frames, nearest first."""
    nearest: dict[tuple[str, SignalType, str], Hit] = {}
    for one in hashes:
        for hit in index.find(one.type, one.value, now=now, quality=one.quality):
            key = (hit.list.name, hit.signal.type, hit.signal.value)
            if key not in nearest or hit.distance < nearest[key].distance:
                nearest[key] = hit
    return tuple(_match(hit) for hit in sorted(nearest.values(), key=lambda hit: hit.distance))


def _match(hit: Hit) -> Match:
    signal, known = hit.signal, hit.list
    labels = tuple(dict.fromkeys((*known.labels, *signal.labels)))
    return Match(
        known.name, signal.type, signal.value, hit.distance, labels, known.action, signal.severity, signal.source_ref
    )


def _judge(matches: tuple[Match, ...], problem: Reason | None) -> tuple[Outcome, Reason]:
    """The strongest action wins; what only an observing list knows, or nothing does, is for review if it is broken."""
    if not matches:
        return ("review", problem) if problem else ("allow", "no_match")
    actions = {match.action for match in matches}
    strongest = next(action for action in Action if action in actions)
    if problem is not None and strongest is Action.OBSERVE:
        return "review", problem
    return STRENGTH[strongest], "match"

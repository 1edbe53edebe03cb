# SPDX-License-Identifier: Apache-2.0
"""Content to findings: a file is decoded apart and searched here, hashes and addresses are searched at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from krama.gate.known import Lists, now
from krama.gate.pool import Pool
from krama.scanning import Content, Limits, Scanner, Seen
from krama.scanning.asked import ScanRequest
from krama.scanning.found import Found
from krama.signals import LEAST_QUALITY, Hit, Index, SignalType, Snapshot

MANY = 8  # PDQ hashes of one call from which they are looked up together


class Looking:
    """Threads may share one."""

    def __init__(self, lists: Lists, pool: Pool) -> None:
        self._lists, self._pool = lists, pool

    def file(self, data: bytes, context: dict[str, str], key_name: str) -> Found:
        """An upload."""
        _snapshot, scanner = self._lists.ready()
        started = now()
        return Found(scanner.scan(Content.of_bytes(data)), started, context, key_name)

    def items(self, asked: Sequence[ScanRequest], key_name: str) -> list[Found]:
        """Hashes and addresses made elsewhere, in the order asked."""
        snapshot, scanner = self._lists.ready()
        values = [one.value for item in asked for one in item.content.hashes if one.type is SignalType.PDQ]
        if len(values) >= MANY:
            scanner = _prepared(snapshot, values)
        return [Found(scanner.scan(item.content), now(), item.context, key_name) for item in asked]

    def hash(self, data: bytes) -> Seen:
        """What a file's picture hashes to, searched for nowhere."""
        return self._pool.read(data, Limits(), exact=True)


@dataclass(frozen=True)
class _Searched:
    """An index of which many PDQ values were looked up already, on all cores at once."""

    index: Index
    hits: dict[str, list[Hit]]

    def find(
        self, type: SignalType, value: str, *, now: datetime, quality: int | None = None, **more: Any
    ) -> list[Hit]:
        if type is not SignalType.PDQ or value not in self.hits:
            return self.index.find(type, value, now=now, quality=quality, **more)
        return [] if quality is not None and quality < LEAST_QUALITY else self.hits[value]


@dataclass(frozen=True)
class _Prepared:
    index: Index
    version: str


def _prepared(snapshot: Snapshot, values: list[str]) -> Scanner:
    unique = list(dict.fromkeys(values))
    hits = dict(zip(unique, snapshot.index.find_many(unique, now=now()), strict=True))
    return Scanner(_Prepared(cast(Index, _Searched(snapshot.index, hits)), snapshot.version), clock=now)

# SPDX-License-Identifier: Apache-2.0
"""The pictures that clusters began with, kept in this process: whatever joins is compared with all of them.

A first one has a number, and whoever knows them up to one number asks only for those after it. Where the last one is
not what it was (a database that was put back) all are read again. Some may be of clusters with nothing open any more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np

from krama.server.cases.models.queue import Near
from krama.server.detections.models import Detection
from krama.signals import LEAST_QUALITY, PDQ_RADIUS
from krama.signals.near import words_of

CHUNK = 5_000


class Firsts:
    """32 bytes a picture, beside its cluster; a comparison with 200,000 takes milliseconds."""

    def __init__(self) -> None:
        self._last: tuple[int, UUID] | None = None
        self._clusters: list[UUID] = []
        self._words = words_of([])

    def refresh(self) -> None:
        """Learn what became a first one since, by whichever process."""
        if self._last and not Near.objects.filter(number=self._last[0], cluster=self._last[1]).exists():
            self._last, self._clusters, self._words = None, [], words_of([])
        rows = Near.objects.filter(number__gt=self._last[0] if self._last else 0).order_by("number")
        seen = rows.values_list("number", "cluster", "item__detection__content")
        self._add(list(seen.iterator(chunk_size=CHUNK)))

    def near(self, pdq: str) -> list[UUID]:
        """The clusters whose first picture is within Meta's distance, nearest first."""
        if not pdq or not self._clusters:
            return []
        bits = np.bitwise_count(self._words ^ words_of([pdq])).sum(axis=1, dtype=np.int64)
        within = np.flatnonzero(bits <= PDQ_RADIUS)
        return [self._clusters[at] for at in within[np.argsort(bits[within], kind="stable")]]

    def _add(self, rows: list[Any]) -> None:
        """Rows of number, cluster and what is known of the content."""
        if rows:
            self._last = rows[-1][:2]
        seen = [(cluster, pdq) for _number, cluster, content in rows if (pdq := pdq_in(content or {}))]
        self._clusters += [cluster for cluster, _pdq in seen]
        self._words = np.concatenate([self._words, words_of([pdq for _cluster, pdq in seen])])


def pdq_of(row: Detection) -> str:
    """Empty where there is none, or where the picture is too flat for it to say anything."""
    return pdq_in(row.content)


def pdq_in(content: dict[str, object]) -> str:
    quality = content.get("pdq_quality")
    enough = quality is None or (isinstance(quality, int) and quality >= LEAST_QUALITY)
    return str(content.get("pdq") or "") if enough else ""

# SPDX-License-Identifier: Apache-2.0
"""Could the exact hash say something else than the fast one? Then the picture is hashed again, exactly.

Rests on the fast hash being at most `MARGIN` bits and `UNSURE` steps of quality away: measured, not proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from krama.scanning.pdq import Pdq
from krama.scanning.quick import MARGIN
from krama.signals import LEAST_QUALITY, Index, SignalType

UNSURE = range(LEAST_QUALITY - 4, LEAST_QUALITY + 4)  # 46 to 53: the fast quality may lie on the other side of 50


class Doubt:
    """Looks for what lies within a list's radius and the margin; holds the wider index of the lists it last saw."""

    def __init__(self) -> None:
        self._wide: tuple[Index, Index] | None = None

    def any(self, index: Index, hashes: Iterable[Pdq], now: datetime) -> bool:
        """Is one of the fast hashes near enough to a known signal, or its quality to the least, to be in doubt?"""
        return any(
            pdq.quality in UNSURE or (pdq.quality >= LEAST_QUALITY and self._near(index, pdq, now)) for pdq in hashes
        )

    def _near(self, index: Index, pdq: Pdq, now: datetime) -> bool:
        return bool(self._wider(index).find(SignalType.PDQ, pdq.value, now=now))

    def _wider(self, index: Index) -> Index:
        held = self._wide  # read once: another thread may put the next one there
        if held is None or held[0] is not index:
            held = self._wide = (index, replace(index, radii=index.radii + MARGIN))
        return held[1]

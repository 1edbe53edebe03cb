# SPDX-License-Identifier: Apache-2.0
"""Could the exact hash say something else than the fast one? Then the picture is hashed again, exactly.

Rests on the fast hash being at most `MARGIN` bits and `UNSURE` steps of quality away: measured, not proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from krama.scanning.pdq import Pdq
from krama.scanning.quick import MARGIN
from krama.signals import LEAST_QUALITY, Index, SignalType

UNSURE = range(LEAST_QUALITY - 4, LEAST_QUALITY + 4)  # 46 to 53: the fast quality may lie on the other side of 50


def in_doubt(index: Index, hashes: Iterable[Pdq], now: datetime) -> bool:
    """Is one of the fast hashes near enough to a known signal, or its quality to the least, to be in doubt?

    Where none is, no exact hash is within any list's radius either: nothing is left to search for.
    """
    for pdq in hashes:
        near = index.find(SignalType.PDQ, pdq.value, now=now, quality=pdq.quality, margin=MARGIN)
        if near or pdq.quality in UNSURE:
            return True
    return False

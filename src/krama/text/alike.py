# SPDX-License-Identifier: Apache-2.0
"""Were these words said before, in nearly the same way? Marks that two texts share when they are alike, and addresses.

Marks are bands of MinHash values over pieces of five characters, so that Khmer needs no words (Broder 1997, "On the
resemblance and containment of documents"; bands: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4).
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import Any

from krama.text.fold import fold

PIECE, ROWS, BANDS = 5, 4, 8
SHORTEST = 24  # characters: what is shorter is alike by chance
LONGEST = 20_000  # characters that are looked at
SEED = 20_261_127  # fixed for ever: marks of years ago must still be met
ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,24})(?::\d{1,5})?(/[^\s?#<>\"']*)?([?][^\s#<>\"']*)?", re.I)


def marks(text: str) -> tuple[str, ...]:
    """Eight short marks; none for a text that is too short to be known by its wording.

    Of two texts that share nine of ten pieces all but one pair in a thousand meet in a mark; of those that share three
    of ten, one pair in sixteen.
    """
    plain = "".join(fold(text[:LONGEST]).casefold().split())
    if len(plain) < SHORTEST:
        return ()
    import numpy as np  # only here: who reads YAML need not load it

    factors, added = _drawn()
    pieces = {plain[at : at + PIECE] for at in range(len(plain) - PIECE + 1)}
    hashed = np.fromiter((zlib.crc32(piece.encode()) for piece in pieces), np.uint64, len(pieces))
    least = ((hashed[:, None] * factors + added) >> np.uint64(32)).min(axis=0)
    bands = least.astype(np.uint32).reshape(BANDS, ROWS)
    return tuple(f"{number}:{band.tobytes().hex()}" for number, band in enumerate(bands))


@cache
def _drawn() -> tuple[Any, Any]:
    """Odd factors and what is added, of the multiply-shift hashes; `uint64`."""
    import numpy as np

    drawn = np.random.default_rng(SEED)
    factors = drawn.integers(1, 2**63, ROWS * BANDS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return factors, drawn.integers(0, 2**63, ROWS * BANDS, dtype=np.uint64)


def addresses(text: str) -> tuple[str, ...]:
    """Addresses of a page or an account on the web, alike however they were typed; a site alone is none.

    >>> addresses("see HTTPS://www.Example.org/Group/7/ and example.org")
    ('example.org/group/7',)
    """
    found = dict.fromkeys(_address(*match) for match in ADDRESS.findall(text[:LONGEST]))
    return tuple(one for one in found if one)


def _address(host: str, path: str, query: str) -> str:
    path = path.rstrip("/.,;:!)")
    named = query.rstrip(".,;:!)") if path and "=" in query else ""
    return f"{host.lower().removeprefix('www.').removeprefix('m.')}{path.lower()}{named}" if path else ""

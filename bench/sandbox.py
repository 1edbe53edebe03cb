# SPDX-License-Identifier: Apache-2.0
"""What it costs a gate to decode apart: the same files read in this process and by a warm child, in turn.

Run as `python -m bench.sandbox`; prints medians and writes bench/results/sandbox.json.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from krama.gate.child import Bounds
from krama.gate.pool import Pool
from krama.scanning.apart import Seen, read_here
from krama.scanning.opening import Limits
from krama.testing.pictures import encoded, landscape

SIZES = ((640, 480), (1920, 1080))
ROUNDS = 40
TARGET = Path("bench/results/sandbox.json")


def timed(read: Callable[[bytes], Seen], data: bytes) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    read(data)
    return (time.perf_counter() - begun) * 1000


def measured(pool: Pool, size: tuple[int, int]) -> dict[str, Any]:
    """Here and apart, A B A B."""
    data, limits = encoded(landscape(3, size=size), "JPEG", quality=85), Limits()
    ways: tuple[Callable[[bytes], Seen], ...] = (lambda one: read_here(one, limits), pool.read)
    times: list[list[float]] = [[], []]
    for number in range(ROUNDS + 3):
        for way, taken in zip(ways, times, strict=True):
            took = timed(way, data)
            if number >= 3:
                taken.append(took)
    here, apart = (statistics.median(taken) for taken in times)
    return {
        "work": f"JPEG {size[0]}x{size[1]}, {len(data) >> 10} KiB, hashed apart instead of here",
        "ours": round(apart, 2),
        "peer": round(here, 2),
        "unit": "ms",
        "ratio": round(apart / here, 3),
        "target": None,
        "met": True,
    }


def main() -> None:
    """Both sizes."""
    pool = Pool(1, Bounds())
    try:
        pool.holds()
        rows = [measured(pool, size) for size in SIZES]
    finally:
        pool.close()
    for row in rows:
        print(json.dumps(row))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""`make bench-pdq`: how far the fast hash is from the exact one, and whether verdicts are the same in the band.

Three sizes, photographs and generated pictures apart, as JPEG of many kinds (see bench/pictures.py). For every picture
a list holds one hash 20 to 45 bits from the exact one: the scanner's matches must be those of the exact hash.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.pictures import Size, as_jpeg, generated, photographed
from krama.scanning import Content, Limits, Scanner, read_picture
from krama.signals import HashList, Signal, SignalType, Snapshot

EACH = int(os.environ.get("BENCH_PICTURES", 60))  # of each size and source
SIZES: tuple[Size, ...] = ((640, 480), (1920, 1080), (4032, 3024))
SOURCES = {"photographs": photographed, "generated": generated}
MEAN, P99, MOST = 1.5, 8, 12  # bits


class Found(NamedTuple):
    """One picture: bits and steps of quality apart, was it hashed fast at all, is the verdict the exact hash's."""

    bits: int
    quality: int
    fast: bool
    same: bool


def main() -> int:
    """Measure, write bench/results/fast-pdq.json, and say it."""
    results: list[dict[str, Any]] = []
    every: list[Found] = []
    with Pool(2) as pool:
        for size in SIZES:
            for source in SOURCES:
                found = pool.map(partial(compared, source, size), range(EACH), chunksize=1)
                results += rows(f"{source}, {size[0]}x{size[1]}", found)
                every += found
                print(json.dumps(results[-1]), flush=True)
    results += rows("all", every)
    target = Path(__file__).parent / "results" / "fast-pdq.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


def compared(source: str, size: Size, seed: int) -> Found:
    """One picture, both ways."""
    data = as_jpeg(SOURCES[source](seed, size), seed)
    fast, exact = read_picture(data, Limits()), read_picture(data, Limits(), exact=True)
    one, other = fast.hashes[0], exact.hashes[0]
    now = datetime(2027, 1, 1, tzinfo=UTC)
    known = Signal(SignalType.PDQ, away(other.value, 20 + seed % 26, seed))
    lists = Snapshot.of([(HashList("known", "o", "b"), [known])])
    verdict = Scanner(lists, clock=lambda: now).scan(Content.of_bytes(data))
    hits = lists.index.find(SignalType.PDQ, other.value, now=now, quality=other.quality)
    same = [match.distance for match in verdict.matches] == [hit.distance for hit in hits]
    bits = (int(one.value, 16) ^ int(other.value, 16)).bit_count()
    return Found(bits, abs(one.quality - other.quality), not fast.exact, same)


def away(value: str, bits: int, seed: int) -> str:
    """Another hash, so many bits away."""
    places = np.random.default_rng(seed).permutation(256)[:bits]
    return f"{int(value, 16) ^ sum(1 << int(place) for place in places):064x}"


def rows(what: str, found: Iterable[Found]) -> list[dict[str, Any]]:
    """Mean, 99th percentile and most bits apart; verdicts that differ."""
    many = list(found)
    bits = np.array([one.bits for one in many])
    fast = sum(one.fast for one in many)
    of = f"{what}, {len(many)} pictures ({fast} hashed fast)"
    return [
        row(f"{of}: bits from the exact hash, mean", round(float(bits.mean()), 2), "bits", MEAN),
        row(f"{of}: bits, 99 of 100 within", int(np.percentile(bits, 99, method="higher")), "bits", P99),
        row(f"{of}: bits, at most", int(bits.max()), "bits", MOST),
        row(f"{of}: steps of quality, at most", max(one.quality for one in many), "of 100", 3),
        row(f"{of}: verdicts that are not the exact hash's", sum(not one.same for one in many), "verdicts", 0),
    ]


def row(work: str, ours: float, unit: str, most: float) -> dict[str, Any]:
    return {
        "work": work, "ours": ours, "peer": None, "unit": unit, "ratio": None, "target": most, "met": ours <= most,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

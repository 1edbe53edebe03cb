# SPDX-License-Identifier: Apache-2.0
"""`make bench-quality`: what PDQ within 31 bits still finds after each change, and what it finds wrongly.

Photographs and generated pictures apart. Recall: originals are hashed exactly, changed copies as a scan hashes them,
fast and then exactly, and it is checked that both ways say the same. False matches: every pair of some thousand
different pictures; two views of one photograph overlap, so their likeness is counted apart and is not called false.
Writes bench/results/quality.json, docs/reference/quality.md and docs/images/quality.svg.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.changes import CHANGES
from bench.pictures import PHOTOGRAPHS, generated, photographed
from bench.quality_page import page, plot
from krama.scanning import Limits, pdq_of
from krama.scanning.apart import read_here
from krama.scanning.pdq import spectrum_of
from krama.scanning.quick import MARGIN
from krama.signals import LEAST_QUALITY, PDQ_RADIUS

ROOT = Path(__file__).resolve().parents[1]
ORIGINALS = int(os.environ.get("BENCH_ORIGINALS", 40))  # of each source, for recall
DIFFERENT = int(os.environ.get("BENCH_DIFFERENT", 2_400))  # of each source, for false matches
SIZE, SMALL = (640, 480), (320, 240)
SOURCES = {"photographs": photographed, "generated": generated}
WHOLES = sum(map(len, PHOTOGRAPHS.values()))
STEREO = {9: 8}  # the right picture of a pair is the left one's


class Copy(NamedTuple):
    """One changed copy: found as it lies, found in one of eight positions, is the fast verdict the exact one."""

    found: bool
    turned: bool
    same: bool


def main() -> int:
    """Measure, write the three files, and say it."""
    results: list[dict[str, Any]] = []
    with Pool(2) as pool:
        for source in SOURCES:
            results += recall(source, pool.map(partial(copies, source), range(ORIGINALS), chunksize=1))
            print(json.dumps(results[-1]), flush=True)
        hashed = {source: pool.map(partial(one_hash, source), range(DIFFERENT), chunksize=20) for source in SOURCES}
    results += false_matches({source: np.array(words, np.uint64) for source, words in hashed.items()})
    (ROOT / "bench/results/quality.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    (ROOT / "docs/reference/quality.md").write_text(page(results))
    (ROOT / "docs/images/quality.svg").write_text(plot(results))
    for one in results:
        print(json.dumps(one, ensure_ascii=False))
    return int(any(one["met"] is False for one in results))


def copies(source: str, seed: int) -> list[Copy]:
    """Every change of one picture."""
    image = SOURCES[source](seed, SIZE)
    known = pdq_of(image).value
    return [looked_at(known, change.make(image, strength)) for change in CHANGES for strength in change.strengths]


def looked_at(known: str, data: bytes) -> Copy:
    """The copy against its original's hash."""
    fast, exact = (read_here(data, Limits(), exact=how, dihedral=True).hashes for how in (False, True))
    far = [(int(known, 16) ^ int(one.value, 16)).bit_count() for one in exact]
    nearer = (int(known, 16) ^ int(fast[0].value, 16)).bit_count()
    told = exact[0].quality >= LEAST_QUALITY
    found = told and far[0] <= PDQ_RADIUS
    suspected = fast[0].quality >= LEAST_QUALITY - 4 and nearer <= PDQ_RADIUS + MARGIN
    return Copy(found, told and min(far) <= PDQ_RADIUS, suspected or not found)


def recall(source: str, every: list[list[Copy]]) -> list[dict[str, Any]]:
    """A row a change and strength, then how many verdicts were not the exact one's."""
    names = [(change.name, strength) for change in CHANGES for strength in change.strengths]
    out = []
    for (name, strength), many in zip(names, zip(*every, strict=True), strict=True):
        share = sum(one.found for one in many) / len(many)
        out.append(row(f"{source}: {name} {strength}", round(share, 3), "found of 1"))
        if any(one.turned != one.found for one in many):
            share = sum(one.turned for one in many) / len(many)
            out.append(row(f"{source}: {name} {strength}, eight positions searched", round(share, 3), "found of 1"))
    wrong = sum(not one.same for many in every for one in many)
    count = sum(map(len, every))
    last = row(f"{source}: verdicts of {count:,} copies that are not the exact hash's", wrong, "verdicts", 0)
    return [*out, last | {"originals": len(every)}]


def one_hash(source: str, seed: int) -> list[int]:
    """Four words of 64 bits, and the quality."""
    seed += 1_000_000 - 1_000_000 % (WHOLES * 5)  # none of the pictures above, and the kinds by turns as there
    spectrum = spectrum_of(SOURCES[source](seed, SMALL))
    value = int(spectrum.pdq.value, 16)
    return [*(value >> shift & (1 << 64) - 1 for shift in (192, 128, 64, 0)), spectrum.quality]


def false_matches(hashed: dict[str, NDArray[np.uint64]]) -> list[dict[str, Any]]:
    """Pairs within the radius, by what the two are."""
    kept = {source: table[table[:, 4] >= LEAST_QUALITY] for source, table in hashed.items()}
    photographs, made = kept["photographs"], kept["generated"]
    wholes = np.array([STEREO.get(n % WHOLES, n % WHOLES) for n in range(DIFFERENT)])
    wholes = wholes[hashed["photographs"][:, 4] >= LEAST_QUALITY]
    of_one, of_two = (pairs(photographs, photographs, wholes, same=one) for one in (True, False))
    within, across = pairs(made, made, np.arange(len(made)), same=False), pairs(photographs, made)
    total = of_two[1] + within[1] + across[1]
    pictures = len(photographs) + len(made)
    return [
        pair_row("different photographs", *of_two),
        pair_row("different generated pictures", *within),
        pair_row("a photograph and a generated picture", *across),
        row(f"false matches in all, of {pictures:,} pictures, {total:,} pairs",
            of_two[0] + within[0] + across[0], "pairs"),
        row(f"views of one photograph, which overlap: near, of {of_one[1]:,} pairs (not false)", of_one[0], "pairs"),
    ]  # fmt: skip


def pairs(
    left: NDArray[np.uint64], right: NDArray[np.uint64], wholes: NDArray[np.int64] | None = None, *, same: bool = False
) -> tuple[int, int]:
    """How many pairs are within the radius, of how many. `wholes`: of one table, pairs of one whole, or of two."""
    near = count = 0
    for number, one in enumerate(left):
        others = right
        if wholes is not None:
            others = right[number + 1 :][(wholes[number + 1 :] == wholes[number]) == same]
        count += len(others)
        near += int((np.bitwise_count(others[:, :4] ^ one[:4]).sum(axis=1) <= PDQ_RADIUS).sum())
    return near, count


def pair_row(what: str, near: int, count: int) -> dict[str, Any]:
    return row(f"false matches, {what}, of {count:,} pairs", near, "pairs")


def row(work: str, ours: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {
        "work": work, "ours": ours, "peer": None, "unit": unit, "ratio": None, "target": target,
        "met": None if target is None else ours <= target,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""`make bench-scan`: JPEG bytes to verdict among a million hashes, beside the peer, in turn, warm, one thread each.

The peer is python-threatexchange (Pillow, pdqhash, faiss-cpu) in a process of its own with OMP_NUM_THREADS=1; it times
itself, so that no pipe counts. Times are the processor's: other work on the machine stretches the clock's. The floor is
libjpeg-turbo's own gray decode at an eighth: nothing that decodes a JPEG is faster. Two rows for ours: hash and lookup
alone, as the peer's; and the whole verdict with MD5, SHA-1 and SHA-256.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before NumPy is loaded

import numpy as np
import simplejpeg

from bench.pictures import PEERS, Size, as_jpeg, generated, photographed
from krama.scanning import Content, Limits, Scanner, read_picture
from krama.scanning.doubt import in_doubt
from krama.signals import HashList, Index, Signal, SignalType, Snapshot

HASHES = int(os.environ.get("BENCH_HASHES", 1_000_000))
PICTURES = int(os.environ.get("BENCH_PICTURES", 12))  # of each size, half of them photographs
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 8))
NOW = datetime(2027, 1, 1, tzinfo=UTC)
TARGETS: dict[Size, tuple[float, float]] = {  # times as fast as the peer; times the floor
    (640, 480): (6, 1.3), (1920, 1080): (10, 1.15), (4032, 3024): (20, 1.05),
}  # fmt: skip
HASHED, VERDICT, FLOOR, PEER, PEER_HASH, ALONE = "hash and lookup", "verdict", "floor", "peer", "peer's hash", "hash"


def main() -> int:
    """Measure, write bench/results/scan.json, and say it."""
    words = np.random.default_rng(8).integers(0, 256, (HASHES, 32), np.uint8)
    known = [row.tobytes().hex() for row in words]
    signals = (Signal(SignalType.PDQ, one) for one in known)
    lists = Snapshot.of([(HashList("known", "o", "b"), signals)])
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, peer(Path(folder), known) as asked:
        for size in TARGETS:
            results += rows(size, measured(size, lists, Path(folder), asked))
    target = Path(__file__).parent / "results" / "scan.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


@contextmanager
def peer(folder: Path, known: list[str]) -> Iterator[Callable[[Path], list[str]]]:
    """The peer with its index in memory; call it with a file."""
    (folder / "known.txt").write_text("\n".join(known))
    command = [str(PEERS / "bin" / "python"), "-m", "bench.peer_scan", str(folder / "known.txt")]
    print("the peer: OMP_NUM_THREADS=1", *command, flush=True)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    talk, hear = process.stdin, process.stdout
    assert hear.readline() == "ready\n"

    def asked(path: Path) -> list[str]:
        talk.write(f"{path}\n")
        talk.flush()
        return hear.readline().split()

    try:
        yield asked
    finally:
        talk.close()
        process.wait()


def measured(size: Size, lists: Snapshot, folder: Path, asked: Callable[[Path], list[str]]) -> dict[str, list[float]]:
    """Milliseconds of each work, all in turn on the same picture."""
    took: dict[str, list[float]] = {}
    scanner = Scanner(lists, clock=lambda: NOW)
    jpegs = [as_jpeg((photographed, generated)[n % 2](n, size), n) for n in range(PICTURES)]
    for turn in range(-1, ROUNDS):
        for number, data in enumerate(jpegs):
            path = folder / f"{number}.jpg"
            path.write_bytes(data)
            whole, hashing, *_ = asked(path)
            works: dict[str, Callable[[], object]] = {
                HASHED: lambda data=data: hash_and_look_up(data, lists.index),  # type: ignore[misc]
                VERDICT: lambda data=data: scanner.scan(Content.of_bytes(data)),  # type: ignore[misc]
                FLOOR: lambda data=data: floor(data),  # type: ignore[misc]
                ALONE: lambda data=data: read_picture(data, Limits()),  # type: ignore[misc]
            }
            once = {PEER: float(whole) * 1000, PEER_HASH: float(hashing) * 1000}
            once |= {what: timed(work) for what, work in works.items()}
            for what, spent in once.items():
                took.setdefault(what, []).extend([spent] * (turn >= 0))  # the first turn warms
    return took


def hash_and_look_up(data: bytes, index: Index) -> bool:
    """What the scanner does for a picture that is nowhere near a known one, without the sums of its bytes."""
    return in_doubt(index, read_picture(data, Limits()).hashes, NOW)


def floor(data: bytes) -> object:
    return simplejpeg.decode_jpeg(data, "GRAY", min_height=1, min_width=1, min_factor=8)


def timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def rows(size: Size, took: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Ratios of medians; of the floor, ours by the floor's."""
    times, least = TARGETS[size]
    what = f"JPEG {size[0]}x{size[1]}"
    among = f"among {HASHES:,} hashes"
    return [
        row(f"{what}, hash and lookup {among}", took[HASHED], took[PEER], times, slower=True),
        row(f"{what}, whole verdict {among}, with MD5, SHA-1, SHA-256", took[VERDICT], took[PEER], times, slower=True),
        row(f"{what}, hash alone", took[ALONE], took[PEER_HASH], None, slower=True),
        row(f"{what}, hash alone, against libjpeg-turbo’s own gray 1/8", took[ALONE], took[FLOOR], least, slower=False),
    ]


def row(what: str, ours: list[float], theirs: list[float], target: float | None, *, slower: bool) -> dict[str, Any]:
    mine, their = statistics.median(ours), statistics.median(theirs)
    ratio = their / mine if slower else mine / their
    met = None if target is None else (ratio >= target if slower else ratio <= target)
    tails = [sorted(many)[int(len(many) * 0.99)] for many in (ours, theirs)]
    return {
        "work": f"{what}; median (99 of 100 within {tails[0]:.2f} and {tails[1]:.2f} ms)",
        "ours": round(mine, 3), "peer": round(their, 3), "unit": "ms", "ratio": round(ratio, 2),
        "target": target, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

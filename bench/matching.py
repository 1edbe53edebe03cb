# SPDX-License-Identifier: Apache-2.0
"""`make bench-matching`: one PDQ lookup among 100 thousand, a million and ten million hashes, beside the peer's.

The peer is `PDQIndex` of Meta's `threatexchange` over `faiss-cpu`, at its best documented setting: one OpenMP thread
(OMP_NUM_THREADS=1). Both are asked through their public doors (`Index.find` of an opened snapshot, `PDQIndex.query`),
in one process, in turn (A B A B), both warm; half of the queries match nothing, half are copies of listed hashes with
1 to 31 bits turned. Times of lookups, batches and building are the processor's own for this process, which other work
on the machine changes little. Of ten million the peer is filled through faiss alone, which spares it half an hour of
Python. Hashes are drawn by chance; nothing real is in them. BENCH_SIZES=100000,1000000 takes less time.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from krama.signals import (
    HashList,
    Index,
    Signal,
    SignalType,
    Snapshot,
    WatchedSnapshots,
    engine,
    make_current,
    open_snapshot,
    publish_changes,
)
from krama.signals.address import address_hashes
from krama.signals.facts import NEVER, NO_REF, Gathering, Rows
from krama.signals.layer import Layer
from krama.signals.near import table_of, words_of
from krama.signals.snapshot import write_layer

ROOT = Path(__file__).resolve().parents[1]
PEER = ROOT / "build" / "peer" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "100000,1000000,10000000").split(",")]
ASKED = int(os.environ.get("BENCH_ASKED", 1_000))
DENSE = 1_000_000
ADDRESSES = 1_000_000
IN_PYTHON = 1_000_000  # hashes that the peer's class is given one by one
NOW = datetime(2026, 11, 27, tzinfo=UTC)
KNOWN = HashList("known", "the bench", "drawn by chance")
RATIOS = {100_000: 9.0, 1_000_000: 18.0, 10_000_000: 26.0}
FIRST_ANSWER = """
import sys, time
begun = time.perf_counter()
from datetime import UTC, datetime
from pathlib import Path
from krama.signals import SignalType, open_snapshot
found = open_snapshot(Path(sys.argv[1])).index.find(SignalType.PDQ, sys.argv[2], now=datetime(2026, 11, 27, tzinfo=UTC))
print(time.process_time(), time.perf_counter() - begun, len(found))
"""

Words = NDArray[np.uint64]
Results = list[dict[str, Any]]


def main() -> int:
    """Measure, write bench/results/matching.json, and say it."""
    if "threatexchange" not in sys.modules:
        sys.path.append(str(PEER))
    import faiss

    faiss.omp_set_num_threads(1)
    engine.load()
    command = f"OMP_NUM_THREADS=1 {' '.join(['make', 'bench-matching'])}; faiss {faiss.__version__}, 1 thread"
    print(f"{command}; {os.cpu_count()} cores", flush=True)
    rows: Results = []
    for one in chain(*(of_size(size) for size in SIZES), dense(), addresses()):
        rows.append(one)
        (ROOT / "bench" / "results" / "matching.json").write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(one["met"] is False for one in rows))


def of_size(count: int) -> Iterator[dict[str, Any]]:
    """Everything that is measured on a list of one size."""
    words = drawn(count, seed=count)
    values = hexes(words)
    built, took = timed(lambda: table_of(words_of(values))[0].tabled, time.process_time)
    del built
    peer, peer_took, peer_bytes = the_peer(values)
    size = f"{count:,} hashes"
    by = " (the peer's by faiss alone)" if count > IN_PYTHON else ""
    yield row(f"index built from hex values, {size}{by}", took, peer_took, "s", 10.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _none, wrote = timed(lambda: publish(folder, words))
        print(json.dumps({"written whole in s": round(wrote, 1), "hashes": count}), flush=True)
        snapshot = open_snapshot(folder)
        yield memory(snapshot, count, peer_bytes)
        yield from lookups(snapshot.index, peer, words, f"{size}")
        yield from batches(snapshot.index, count)
        if count == max(SIZES):
            yield from opened(folder, values[count // 2], size)
            yield live(folder, snapshot, values, size)


def drawn(count: int, *, seed: int) -> Words:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def hexes(words: Words) -> list[str]:
    text = words.astype("<u8").tobytes().hex()
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def signals(values: Sequence[str]) -> Iterator[Signal]:
    return (Signal(SignalType.PDQ, value) for value in values)


def the_peer(values: Sequence[str]) -> tuple[Any, float, float]:
    """The peer's index, the seconds its building took, and how many bytes the process grew by a hash."""
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    before = resident()
    index: Any = PDQIndex()

    def fill() -> None:
        if len(values) <= IN_PYTHON:
            index.add_all((value, at) for at, value in enumerate(values))
            return
        index.local_id_to_entry = [(value, at) for at, value in enumerate(values)]
        octets = np.frombuffer(bytes.fromhex("".join(values)), np.uint8).reshape(-1, 32)
        index.index.faiss_index.add_with_ids(octets, np.arange(len(values)))

    _none, took = timed(fill, time.process_time)
    return index, took, (resident() - before) / len(values)


def publish(folder: Path, words: Words) -> None:
    """A whole version as `publish_snapshot` writes it, from columns: no object is made of ten million signals."""
    gathering, rows = Gathering(), Rows()
    gathering.kinds[(), None] = 0
    rows.values += words.astype("<u8").tobytes()
    rows.of = array("I", bytes(8 * len(words)))
    rows.added = rows.expires = array("q", np.full(len(words), NEVER).tobytes())
    rows.ref = array("Q", np.full(len(words), NO_REF, np.uint64).tobytes())
    gathering.put(SignalType.PDQ, KNOWN.radius, rows)
    make_current(folder, write_layer(folder, Layer.from_rows(gathering), (KNOWN,), now=NOW).version)


def resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory(snapshot: Snapshot, count: int, peer_bytes: float) -> dict[str, Any]:
    """What one hash takes in the arrays that are searched: words, tables, whose it is."""
    tables = [shelf.table for shelf in snapshot.index.layer.shelves]
    arrays = [array for table in tables for array in (table.first, table.rest, table.buckets, table.ids, table.marks)]
    arrays += [facts.of for facts in snapshot.index.layer.facts.values()]
    ours = sum(array.nbytes for array in arrays) / count
    target = 130.0 if count >= 10_000_000 else None
    found = row(f"memory, {count:,} hashes (ours mapped and shared by all processes)", ours, peer_bytes, "B/hash", None)
    return found | {"target": target, "met": ours <= target if target else None}


def queries_of(words: Words, count: int, *, seed: int = 1) -> list[tuple[str, int | None]]:
    """Hex of what is looked for, and the row from which it was made; None where it was drawn by chance."""
    random = np.random.default_rng(seed)
    asked: list[tuple[str, int | None]] = []
    for number in range(count):
        at = int(random.integers(len(words)))
        one = words[at].copy() if number % 2 else random.integers(0, 2**64, 4, dtype=np.uint64)
        for bit in random.permutation(256)[: int(random.integers(1, 32))].tolist() if number % 2 else ():
            one[bit >> 6] ^= np.uint64(1 << (bit & 63))
        asked.append((one.astype("<u8").tobytes().hex(), at if number % 2 else None))
    return asked


def lookups(index: Index, peer: Any, words: Words, what: str) -> Iterator[dict[str, Any]]:
    """Each query to one and then to the other; what they find is compared, not only counted."""
    asked = queries_of(words, ASKED + 200)
    took: tuple[list[float], list[float]] = ([], [])
    missed = wrong = 0
    for number, (value, at) in enumerate(asked):
        if number == 200:
            took = ([], [])  # the first warm the caches
        found, ours = timed(lambda value=value: index.find(SignalType.PDQ, value, now=NOW), time.thread_time)  # type: ignore[misc]
        matches, theirs = timed(lambda value=value: peer.query(value), time.thread_time)  # type: ignore[misc]
        took[0].append(ours * 1e6)
        took[1].append(theirs * 1e6)
        same = sorted(hit.distance for hit in found) == sorted(one.similarity_info.distance for one in matches)
        wrong += not same
        if at is not None:
            listed = words[at].astype("<u8").tobytes().hex()
            missed += listed not in {hit.signal.value for hit in found}
    planted = len([at for _value, at in asked if at is not None])
    target = RATIOS.get(len(words))
    yield row(f"one PDQ lookup, radius 31, {what}, median", median(took[0]), median(took[1]), "us", target)
    yield row(f"one PDQ lookup, radius 31, {what}, 99 of 100 within", p99(took[0]), p99(took[1]), "us", None)
    recall = 1 - missed / planted
    work = f"recall over {planted} planted copies, {what} ({wrong} answers differ from the peer's)"
    yield said({"work": work, "ours": recall, "peer": None, "unit": "share", "ratio": None, "target": 1.0,
                "met": recall == 1.0 and not wrong})  # fmt: skip


def batches(index: Index, count: int) -> Iterator[dict[str, Any]]:
    """Hashes a second of one core when many are asked at once, on all cores."""
    queries = drawn(5_000, seed=9)
    tables = [shelf.table for shelf in index.layer.shelves]
    took = [timed(lambda: [one.find_many(queries, 31) for one in tables], time.process_time)[1] for _ in range(3)]
    rate = len(queries) / median(took)
    target = 10_000.0 if count >= 10_000_000 else None
    yield said({"work": f"a batch of 5,000 among {count:,} hashes, on all cores, a core", "ours": round(rate),
                "peer": None, "unit": "hashes/s", "ratio": None, "target": target,
                "met": rate >= target if target else None})  # fmt: skip


def opened(folder: Path, value: str, what: str) -> Iterator[dict[str, Any]]:
    """A new process opens the snapshot and answers: everything from its imports to the answer."""
    took: list[float] = []
    walls: list[float] = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_ANSWER, str(folder), value], capture_output=True, text=True, check=True
        )
        seconds, wall, hits = done.stdout.split()
        assert int(hits) >= 1
        took.append(float(seconds))
        walls.append(float(wall))
    best = median(took)
    work = f"a new process, from its start to the first answer, {what} (by the wall {median(walls):.2f} s)"
    yield said({"work": work, "ours": round(best, 3),
                "peer": None, "unit": "s", "ratio": None, "target": 1.0, "met": best < 1.0})  # fmt: skip


def live(folder: Path, base: Snapshot, values: Sequence[str], what: str) -> dict[str, Any]:
    """A thousand hashes added and a thousand withdrawn, until a scanner that is running knows both."""
    watched = WatchedSnapshots(folder)
    new = hexes(drawn(1_000, seed=77))
    assert watched.index.find(SignalType.PDQ, values[0], now=NOW)
    begun = time.perf_counter()
    changed = [("known", Signal(SignalType.PDQ, value)) for value in new]
    changed += [("known", Signal(SignalType.PDQ, value, withdrawn=NOW)) for value in values[:1_000]]
    publish_changes(folder, [KNOWN], changed, base=base, now=NOW + timedelta(seconds=1))
    assert watched.index.find(SignalType.PDQ, new[0], now=NOW)
    assert not watched.index.find(SignalType.PDQ, values[0], now=NOW)
    took = time.perf_counter() - begun
    return said({"work": f"1,000 added and 1,000 withdrawn over {what}, until known", "ours": round(took, 2),
                 "peer": None, "unit": "s", "ratio": None, "target": 10.0, "met": took < 10})  # fmt: skip


def dense() -> Iterator[dict[str, Any]]:
    """A million hashes of which three in ten lie in a hundred clusters; asked from within the clusters."""
    words, centres = drawn(DENSE, seed=5), drawn(100, seed=6)
    random = np.random.default_rng(7)
    for number in range(DENSE * 3 // 10):
        one = centres[number % 100].copy()
        for bit in random.permutation(256)[: int(random.integers(0, 16))].tolist():
            one[bit >> 6] ^= np.uint64(1 << (bit & 63))
        words[number] = one
    values = hexes(words)
    peer, _took, _bytes = the_peer(values)
    index = Index.of([(KNOWN, signals(values))])
    took: tuple[list[float], list[float]] = ([], [])
    asked = [hexes(words[at : at + 1])[0] for at in random.integers(0, DENSE * 3 // 10, ASKED).tolist()]
    for value in asked:
        query = words_of([value])[0]
        _found, ours = timed(lambda query=query: index.layer.near(query), time.thread_time)  # type: ignore[misc]
        _matches, theirs = timed(
            lambda value=value: peer.index.search([value], 31, return_as_ids=True),  # type: ignore[misc]
            time.thread_time,
        )
        took[0].append(ours * 1e6)
        took[1].append(theirs * 1e6)
    what = f"{DENSE:,} hashes, 30 % in 100 clusters, asked from within, rows found (no objects made of them)"
    yield row(f"one lookup, {what}, median", median(took[0]), median(took[1]), "us", None)
    yield row(f"one lookup, {what}, 99 of 100 within", p99(took[0]), p99(took[1]), "us", 1.0)


def addresses() -> Iterator[dict[str, Any]]:
    """A million addresses on a list; asked by others, of which each is looked up by all its expressions."""
    listed = (address_hashes(f"http://h{number}.example/a/{number}")[0] for number in range(ADDRESSES))
    index, took = timed(lambda: Index.of([(KNOWN, (Signal(SignalType.URL, one) for one in listed))]))
    print(json.dumps({"addresses": ADDRESSES, "built in s": round(took, 1)}), flush=True)
    spent, known = list[float](), 0
    for number in range(31, 31 * (ASKED + 1), 31):
        found, took = timed(lambda number=number: looked_up(index, number))  # type: ignore[misc]
        known += found
        spent.append(took * 1e6)
    work = f"one address with all its expressions among {ADDRESSES:,}, median ({known} of {ASKED} known)"
    fixed = {"peer": None, "unit": "us", "ratio": None, "target": None, "met": None}
    yield said({"work": work, "ours": round(median(spent), 1), **fixed})


def looked_up(index: Index, number: int) -> bool:
    """Canonical, in all its expressions, hashed and found."""
    asked = f"https://www.h{number}.example/a/{number}?x={number}"
    return any(index.find(SignalType.URL, one, now=NOW) for one in address_hashes(asked))


def timed(act: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> tuple[Any, float]:
    begun = clock()
    found = act()
    return found, clock() - begun


def median(took: Sequence[float]) -> float:
    return statistics.median(took)


def p99(took: Sequence[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def row(work: str, ours: float, peer: float, unit: str, target: float | None) -> dict[str, Any]:
    """A row of the results; `target` is the least ratio."""
    ratio = peer / ours
    return said({"work": work, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit, "ratio": round(ratio, 1),
                 "target": target, "met": ratio >= target if target else None})  # fmt: skip


def said(one: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(one), flush=True)
    return one


if __name__ == "__main__":
    sys.exit(main())

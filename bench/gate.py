# SPDX-License-Identifier: Apache-2.0
"""`make bench-gate`: Krama's gate as it is run (two workers, decoders apart) beside a service over the peer's classes.

Uploads of 640 x 480 JPEG and lookups of one PDQ hash among 100 thousand and a million hashes: requests a second at the
peak, in turn (A B A B), both warm; then ours at half of its peak, asked at fixed moments. Batches of a thousand hashes
among ten million. Beside it the server's own `POST /scan`. The load comes from one other process on the same cores,
which is part of every figure of both; how much of a core it took is said. Requests a second swing with other work on
the machine: what the services' own processors spent a request stands beside them and does not.
`ARGS="--sizes 10000 --batch 100000 --seconds 2"` is a trial, and is printed only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

from bench.gate_sides import Side, gate, known_to_gates, peer, server
from bench.load import Seen, apart
from bench.matching import drawn, hexes
from bench.pictures import as_jpeg, generated, photographed

RESULT = Path(__file__).parent / "results" / "gate.json"
SIZES, BATCH = [100_000, 1_000_000], 10_000_000
TIMES, WITHIN, A_CORE = 6.0, 50.0, 10_000.0
LINES = (2, 4, 8)  # connections that are tried for each side's peak; eight uploads is the most that one worker holds
PICTURES = 12
VGA = (640, 480)

Row = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One side answering for some seconds."""

    seen: Seen
    processor: float  # seconds that its processes computed

    @property
    def cost(self) -> float:
        """Milliseconds of processor a request."""
        return self.processor * 1_000 / max(1, self.seen.statuses["200"])


def turn(side: Side, requests: Sequence[bytes], lines: int, seconds: float, rate: float = 0.0) -> Turn:
    before = side.processor()
    seen = apart(side.port, requests, lines=lines, seconds=seconds, rate=rate)
    return Turn(seen, side.processor() - before)


def best_lines(side: Side, requests: Sequence[bytes], seconds: float) -> int:
    """With how many connections it answers most; this also warms it."""
    turn(side, requests, LINES[-1], seconds / 2)
    return max(LINES, key=lambda lines: turn(side, requests, lines, seconds / 2).seen.rate)


def in_turn(
    ours: Side, theirs: Side, asked: Callable[[Side], list[bytes]], given: argparse.Namespace
) -> tuple[list[Turn], list[Turn]]:
    """Both at their peak, A B A B."""
    lines = {side.name: best_lines(side, asked(side), given.seconds) for side in (ours, theirs)}
    both: tuple[list[Turn], list[Turn]] = ([], [])
    for _ in range(given.rounds):
        for side, turns in zip((ours, theirs), both, strict=True):
            turns.append(turn(side, asked(side), lines[side.name], given.seconds))
    print(json.dumps({"connections": lines, "load": os.getloadavg()[0]}), flush=True)
    return both


def compared(what: str, ours: list[Turn], theirs: list[Turn], target: float | None) -> Row:
    """Medians, and their ratio."""
    rate, other = (statistics.median(one.seen.rate for one in many) for many in (ours, theirs))
    cost, others = (statistics.median(one.cost for one in many) for many in (ours, theirs))
    asking = statistics.median(one.seen.processor / one.seen.seconds for one in ours)
    failed = sum(one.seen.failed for one in ours), sum(one.seen.failed for one in theirs)
    work = f"{what}, median of {len(ours)} (processor a request {cost:.2f} and {others:.2f} ms, x{others / cost:.1f}; "
    work += f"the load took {asking:.0%} of a core beside ours; failed {failed[0]} and {failed[1]})"
    ratio = rate / other
    return said(work, round(rate), round(other), "requests/s", round(ratio, 1), target, lambda: ratio >= (target or 0))


def at_half(ours: Side, asked: list[bytes], peak: float, what: str, given: argparse.Namespace) -> Row:
    """99 of 100 within, while it is asked half as often as it can answer."""
    one = turn(ours, asked, LINES[-1], 3 * given.seconds, rate=peak / 2).seen
    slow = one.within(0.99)
    work = f"{what}, asked {peak / 2:.0f} times a second, half of the peak: 99 of 100 within"
    work += f" (median {one.within(0.5):.1f} ms, failed {one.failed})"
    return said(work, round(slow, 1), None, "ms", None, WITHIN, lambda: slow < WITHIN and not one.failed)


def said(work: str, ours: float, theirs: float | None, unit: str, ratio: float | None, target: float | None,
         met: Callable[[], bool]) -> Row:  # fmt: skip
    found: Row = {"work": work, "ours": ours, "peer": theirs, "unit": unit, "ratio": ratio, "target": target}
    found["met"] = met() if target is not None else None
    print(json.dumps(found), flush=True)
    return found


def of_size(count: int, pictures: list[bytes], given: argparse.Namespace) -> Iterator[Row]:
    """Everything among so many hashes."""
    words, asked = drawn(count, seed=count), hexes(drawn(2_000, seed=3))
    among = f"among {count:,} hashes"
    with ExitStack() as stack:
        theirs = stack.enter_context(peer(words))
        ours = stack.enter_context(gate(stack.enter_context(known_to_gates(words))))
        what = f"an upload of a 640x480 JPEG {among}"
        both = in_turn(ours, theirs, lambda side: side.uploads(pictures), given)
        yield compared(what, *both, TIMES)
        peak = statistics.median(one.seen.rate for one in both[0])
        yield at_half(ours, ours.uploads(pictures), peak, what, given)
        yield compared(f"a PDQ hash {among}", *in_turn(ours, theirs, lambda side: side.hashes(asked), given), TIMES)
        with server(words) as console:
            both = in_turn(console, theirs, lambda side: side.uploads(pictures), given)
            yield compared(f"the server’s own POST /scan, {what}", *both, None)


def batches(count: int, given: argparse.Namespace) -> Row:
    """A thousand hashes a request, one request after the other on each of two connections."""
    with known_to_gates(drawn(count, seed=count)) as lists, gate(lists) as ours:
        asked = ours.batches(hexes(drawn(20_000, seed=9)))
        turn(ours, asked, 2, given.seconds)
        turns = [turn(ours, asked, 2, given.seconds) for _ in range(given.rounds)]
    rate = statistics.median(1_000_000 / one.cost for one in turns)
    wall = statistics.median(1_000 * one.seen.rate for one in turns)
    work = f"batches of 1,000 hashes among {count:,}, hashes a second of processor, median of {len(turns)}"
    work += (
        f" ({wall:,.0f} a second by the wall, on {os.cpu_count()} cores; failed {sum(t.seen.failed for t in turns)})"
    )
    return said(work, round(rate), None, "hashes/s a core", None, A_CORE, lambda: rate >= A_CORE)


def main() -> int:
    """Measure, write bench/results/gate.json, and say it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",") if one], default=SIZES)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    pictures = [as_jpeg((photographed, generated)[n % 2](n, VGA), n) for n in range(PICTURES)]
    rows = [row for count in given.sizes for row in of_size(count, pictures, given)]
    rows += [batches(given.batch, given)] if given.batch else []
    if (given.sizes, given.batch) == (SIZES, BATCH):
        RESULT.write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(row["met"] is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What `make bench` ends with: every row that scanning, matching and the gate left in bench/results, as one table."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
NAMES = ("scan", "matching", "gate")
WIDE = 78
MET = {True: "yes", False: "NO", None: ""}


def main() -> int:
    """Print it; 1 where a target is missed or a result is not there."""
    status = 0
    print(f"{'':{WIDE}} {'ours':>10} {'peer':>10} {'unit':14} {'ratio':>7} {'target':>8} met")
    for name in NAMES:
        path = RESULTS / f"{name}.json"
        found = json.loads(path.read_text()) if path.exists() else []
        print(f"{name}, {written(path)}" if found else f"{name}: not measured")
        for row in found:
            print("\n".join(lines(row)))
        status |= int(not found or any(row["met"] is False for row in found))
    return status


def written(path: Path) -> str:
    """When: a bench that broke leaves the figures of an earlier one."""
    return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):written %Y-%m-%d %H:%M UTC}"


def lines(row: dict[str, Any]) -> Iterator[str]:
    """A row: figures beside the first line of its words."""
    first, *more = textwrap.wrap(row["work"], WIDE - 2)
    ratio = f"x{row['ratio']}" if row["ratio"] is not None else ""
    figures = f"{_short(row['ours']):>10} {_short(row['peer']):>10} {row['unit']:14} {ratio:>7}"
    yield f"  {first:{WIDE - 2}} {figures} {_short(row['target']):>8} {MET[row['met']]}".rstrip()
    yield from (f"    {line}" for line in more)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


if __name__ == "__main__":
    sys.exit(main())

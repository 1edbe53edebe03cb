# SPDX-License-Identifier: Apache-2.0
"""The threat model keeps its word: each "stopped" names a test, and that test ran and passed in this very run.

`make test` calls it at its end with what the runs wrote down; by hand: `python -m tests.contracts.threats FILE.xml ...`
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "docs" / "security" / "threat-model.md"
TEST = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
STATES = ("stopped", "seen", "not stopped")


@dataclass(frozen=True)
class Threat:
    """One row: what is tried, what becomes of it, and the tests that show it."""

    line: int
    tries: str
    state: str
    tests: tuple[str, ...]


def threats(text: str) -> Iterator[Threat]:
    """Every row of the model's tables."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3 and set(cells[0]) - set("- :") and cells[0] != "What is tried":
            yield Threat(number, cells[0], cells[1], tuple(TEST.findall(line)))


def outcomes(files: Iterable[Path]) -> dict[str, set[str]]:
    """What became of each test, over all runs: passed, skipped, failed."""
    found: dict[str, set[str]] = {}
    for file in files:
        for case in ElementTree.parse(file).getroot().iter("testcase"):  # noqa: S314 - our own runner wrote it
            name = case.get("classname", "").replace(".", "/") + ".py::" + case.get("name", "").split("[")[0]
            tags = {child.tag for child in case}
            state = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
            found.setdefault(name, set()).add(state)
    return found


def faults(rows: Iterable[Threat], ran: dict[str, set[str]]) -> list[str]:
    """What the model says and this run does not show."""
    said = []
    for row in rows:
        if row.state not in STATES:
            said.append(f"line {row.line}: the state is one of {', '.join(STATES)}, not {row.state!r}")
        if row.state != "not stopped" and not row.tests:
            said.append(f"line {row.line}: {row.tries}: names no test")
        said += [f"line {row.line}: {test}: {why}" for test in row.tests if (why := _doubt(ran.get(test, set())))]
    return said


def _doubt(states: set[str]) -> str:
    if not states:
        return "never ran"
    if "failed" in states:
        return "failed"
    return "" if "passed" in states else "was skipped"


def main(files: list[str]) -> int:
    """Print every doubt; 1 when there is one, or no row at all."""
    rows = list(threats(MODEL.read_text("utf-8")))
    said = faults(rows, outcomes(Path(file) for file in files)) if rows else ["the threat model has no row"]
    for line in said:
        sys.stdout.write(f"threat model: {line}\n")
    sys.stdout.write(f"threat model: {len(rows)} threats, {sum(len(row.tests) for row in rows)} tests named\n")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

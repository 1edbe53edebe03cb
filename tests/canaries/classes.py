# SPDX-License-Identifier: Apache-2.0
"""What each door takes, classed by hand in `classes.csv`, with the reason.

- `seals`: it can identify a child, a reporter or a suspect, or holds their words, or is refused: nowhere to be found.
- `keeps`: the firm's own words about itself. The database and papers may hold them; logs, sessions, caches, temporary
  files never.
- `made` (columns): Krama writes it itself; nothing that anybody sent stands there, of either class.
A door of a room of children that nobody classed seals, pages, forms, columns and the API's fields alike; elsewhere it
fails the test by its name, with the line to add.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("classes.csv")
CLASSES = ("seals", "keeps", "made")
ROOMS = ("intake", "evidence", "cases", "detections", "support")
# Doors that are no field of anything: whatever comes in there is nobody's to keep.
ALWAYS = ("header ", "tampered ", "read GET ", "path lost")


@dataclass(frozen=True)
class Row:
    door: str
    kind: str
    reason: str


@cache
def read(path: Path = TABLE) -> dict[str, Row]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = [Row(line["door"], line["class"], line["reason"]) for line in csv.DictReader(file, strict=True)]
    assert len({row.door for row in rows}) == len(rows), "a door stands twice in the table"
    return {row.door: row for row in rows}


def class_of(door: str, table: dict[str, Row] | None = None) -> str:
    """What nobody classed seals: the stricter of the two."""
    row = (read() if table is None else table).get(door)
    return row.kind if row else "seals"


def unclassed(doors: Iterable[str], table: dict[str, Row]) -> list[str]:
    """Each with the line that classes it: one of the two, when what it holds was read."""
    return sorted(f"not classed: {door}; {help_for(door)}" for door in set(doors) - table.keys() if not _default(door))


def help_for(door: str) -> str:
    """What to write, and where; the machine proposes the stricter class and a person decides."""
    seals = ",".join([door, "made" if door.startswith("column ") else "seals"])
    other = "keeps where it holds the firm's own words about itself"
    if door.startswith("column "):
        other += ", seals where words stand in it unsealed"
    return f'add to tests/canaries/classes.csv: {seals},"why" ({other})'


def faults(doors: Iterable[str], table: dict[str, Row]) -> list[str]:
    """Doors without a class, rows without a door, classes there are none, kept without a reason."""
    known = set(doors)
    found = unclassed(known, table)
    found += [f"no such door: {door}" for door in table if door not in known]
    found += [f"no such class: {row.door} {row.kind}" for row in table.values() if row.kind not in CLASSES]
    return found + [f"no reason: {row.door}" for row in table.values() if row.kind != "seals" and len(row.reason) < 8]


def _default(door: str) -> bool:
    """A room whose every word is taken for a child's until somebody says otherwise."""
    kind, _, rest = door.partition(" ")
    room = rest.partition(" ")[0].partition(":")[0].partition(".")[0]
    return door.startswith(ALWAYS) or (kind != "command" and room in ROOMS)

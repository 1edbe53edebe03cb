# SPDX-License-Identifier: Apache-2.0
"""What a reader hands over: names of fields with what stands around them, never a value of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_FIELDS = 50_000  # of one source; a schema of that size is not a schema


@dataclass(frozen=True)
class Field:
    """`place` is the table or the path to the field; `line` is 1-based, 0 where unknown."""

    place: str
    name: str
    type: str = ""
    comment: str = ""
    line: int = 0


@dataclass
class Reading:
    """One source. `notes` say what was passed over; `faults` say what could not be read at all."""

    source: str
    fields: list[Field] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, found: Field) -> None:
        """Keep a field; the first of a place and name stands, and there is an end to them."""
        if len(self.fields) < MOST_FIELDS:
            self.fields.append(found)
        elif len(self.fields) == MOST_FIELDS and not self.faults:
            self.faults.append(f"holds more than {MOST_FIELDS} fields; the rest was not read. Scan it in parts.")

    def unique(self) -> Iterator[Field]:
        """The fields, each place and name once."""
        seen: set[tuple[str, str]] = set()
        for one in self.fields:
            if (one.place, one.name) not in seen:
                seen.add((one.place, one.name))
                yield one


class Needs(Exception):
    """A reader needs a package that is not installed; `str` is what to install."""

    def __init__(self, package: str) -> None:
        super().__init__(f"this needs {package}: pip install 'krama[inventory]'")

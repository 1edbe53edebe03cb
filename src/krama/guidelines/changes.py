# SPDX-License-Identifier: Apache-2.0
"""What differs between two catalogues: line by line, and in each line field by field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from krama.guidelines.model import Catalogue, Line
from krama.text import Text

WORDING = ("text", "why", "good")
PLACE = ("pillar", "area")
SCOPE = ("sectors", "features", "users", "from_size", "each_language")
REST = ("harm", "effort", "who", "proof", "references", "source", "standing")
FIELDS = (*WORDING, *PLACE, *SCOPE, *REST)


class Kind(StrEnum):
    """How a line differs; the first that fits is named."""

    ADDED = "added"
    REPLACED = "replaced"  # it takes the place of other lines
    REWORDED = "reworded"
    MOVED = "moved"  # to another pillar or area
    CHANGED = "changed"  # to whom it applies, who does it, what shows it, whose it is
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """One field that is not the same any more; `language` for a text."""

    field: str
    before: str
    after: str
    language: str = ""


@dataclass(frozen=True)
class Change:
    """One line that differs: what it was (`before`: several when it replaces them), and what it is."""

    kind: Kind
    before: tuple[Line, ...]
    after: Line | None
    fields: tuple[Difference, ...] = ()

    @property
    def line(self) -> Line:
        """The line as it is, or as it was."""
        return self.after or self.before[0]


def compare(before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """What differs, in the order of the new catalogue; what is removed stands at the end."""
    found = [change for line in after.lines if (change := _change(before, line))]
    stays = {line.id for line in after.lines} | {old.id for change in found for old in change.before}
    gone = (Change(Kind.REMOVED, (line,), None) for line in before.lines if line.id not in stays)
    return (*found, *gone)


def counts(changes: tuple[Change, ...]) -> dict[str, int]:
    """How many of each kind, the ones that are not there too."""
    return {kind.value: sum(change.kind is kind for change in changes) for kind in Kind}


def differences(before: Line, after: Line) -> tuple[Difference, ...]:
    """The fields in which two lines differ."""
    found: list[Difference] = []
    for name in FIELDS:
        was, now = getattr(before, name), getattr(after, name)
        if isinstance(was, Text) and isinstance(now, Text):
            pairs = (("en", was.en, now.en), ("km", was.km, now.km))
            found += [Difference(name, old, new, language) for language, old, new in pairs if old != new]
        elif was != now:
            found.append(Difference(name, _said(was), _said(now)))
    return tuple(found)


def _change(before: Catalogue, line: Line) -> Change | None:
    replaced = tuple(old for id in line.replaces if (old := before.line(id)))
    same = before.line(line.id)
    if same is None and not replaced:
        return Change(Kind.ADDED, (), line)
    olds = ((same,) if same else ()) + replaced
    fields = differences(olds[0], line)
    if replaced:
        return Change(Kind.REPLACED, olds, line, fields)
    return Change(_kind(fields), olds, line, fields) if fields else None


def _kind(fields: tuple[Difference, ...]) -> Kind:
    names = {difference.field for difference in fields}
    if names.intersection(WORDING):
        return Kind.REWORDED
    return Kind.MOVED if names.intersection(PLACE) else Kind.CHANGED


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)

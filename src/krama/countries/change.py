# SPDX-License-Identifier: Apache-2.0
"""One entry of a country pack said anew. What is not whole never becomes a pack: the strict loader reads it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from krama.countries.load import load_plain
from krama.countries.model import Pack
from krama.text import BadEntry

GROUPS = ("contacts", "channels", "laws", "clocks", "holidays")
ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
# What no line of a form should hold: controls, line ends, directions of writing, signs without width.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
LONGEST = 500


@dataclass(frozen=True)
class Change:
    """All fields of one entry as they shall be; a day is written as 2026-11-23. An id that is not there is added."""

    group: str
    id: str
    fields: Mapping[str, Any]


def changed(raw: Mapping[str, Any], change: Change) -> tuple[dict[str, Any], Pack]:
    """The plain values with the change in them, and their pack; `BadEntry` names the field, and nothing was changed."""
    if change.group not in GROUPS:
        raise BadEntry(f"There is no group {change.group!r}; use one of {', '.join(GROUPS)}.")
    if not ID.fullmatch(change.id) or len(change.id) > 60:
        raise BadEntry(f"{change.group}: {change.id!r} is no id; write small letters, digits, dots and hyphens.")
    fields = {name: _plain(change, name, value) for name, value in change.fields.items() if name != "id"}
    entry = {"id": change.id, **fields}
    entries = list(raw[change.group])
    place = next((place for place, old in enumerate(entries) if old["id"] == change.id), len(entries))
    entries[place : place + 1] = [entry]
    made = {**raw, change.group: entries}
    return made, load_plain(made, str(raw["country"]["id"]))


def entry_of(raw: Mapping[str, Any], group: str, id: str) -> dict[str, Any] | None:
    """The plain fields of one entry, as a change would hold them; None when it is not there."""
    found = next((entry for entry in raw.get(group, ()) if entry["id"] == id), None) if group in GROUPS else None
    if found is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def _plain(change: Change, name: str, value: object) -> object:
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            continue
        if HIDDEN.search(text) or len(text) > LONGEST:
            what = f"holds an invisible character or more than {LONGEST} letters; type it anew in one line"
            raise BadEntry(f"{change.group}: {change.id}: {name}: {what}", id=change.id, field=name)
    if name == "verified_on" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            what = "is not a date; write it as 2026-11-23"
            raise BadEntry(f"{change.group}: {change.id}: {name}: {what}", id=change.id, field=name) from error
    return value

# SPDX-License-Identifier: Apache-2.0
"""Which fields an entry of each group has, for whoever makes a form of it. Read from the schema, so that both agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from krama.countries.load import FOLDER

Kind = Literal["text", "number", "flag", "day"]


@dataclass(frozen=True)
class Field:
    """One field: what stands in it, the words it may be chosen from, whether it is a list, and whether it is needed."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    many: bool = False
    least: int = 0  # how many a list needs
    needed: bool = True


@cache
def fields_of(group: str) -> tuple[Field, ...]:
    """The fields of a group's entries in the schema's order, without the id."""
    entry = json.loads((FOLDER / "schema.json").read_text("utf-8"))["properties"][group]["items"]
    needed = set(entry["required"])
    return tuple(_field(name, facts, name in needed) for name, facts in entry["properties"].items() if name != "id")


def _field(name: str, facts: Mapping[str, Any], needed: bool) -> Field:
    many = facts.get("type") == "array"
    one = facts["items"] if many else facts
    return Field(name, _kind(one), tuple(one.get("enum", ())), many, facts.get("minItems", 0), needed)


def _kind(facts: Mapping[str, Any]) -> Kind:
    if facts.get("format") == "date":
        return "day"
    kinds: dict[str, Kind] = {"integer": "number", "boolean": "flag"}
    return kinds.get(str(facts.get("type")), "text")

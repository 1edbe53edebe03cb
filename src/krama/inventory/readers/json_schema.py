# SPDX-License-Identifier: Apache-2.0
"""Properties of JSON Schemas, wherever they stand; references inside are followed once each, so cycles end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from krama.inventory.fields import Field, Reading

DEEPEST, MOST_VISITS = 60, 200_000
TOGETHER = ("allOf", "anyOf", "oneOf")
ALONE = ("if", "then", "else", "not", "contains", "propertyNames", "unevaluatedProperties")


class Walker:
    """Walks the schemas of one document. `named` are those that are listed by themselves: a reference to them ends."""

    def __init__(self, document: Any, reading: Reading, named: tuple[str, ...] = ()) -> None:
        self.document, self.reading, self.named = document, reading, named
        self.followed: set[str] = set()
        self.visits = 0

    def schema(self, node: Any, place: str, depth: int = 0) -> None:
        """The properties of one schema, and of what lies inside it."""
        self.visits += 1
        if not isinstance(node, dict) or depth > DEEPEST or self.visits > MOST_VISITS:
            if (depth > DEEPEST or self.visits == MOST_VISITS) and not self.reading.faults:
                self.reading.faults.append(f"{place[:80]}: nested too deep or too large; not all of it was read")
            return
        if isinstance(node.get("$ref"), str):
            self._follow(node["$ref"], depth)
        for name, inside in _mapping(node.get("properties")):
            self.property(place, name, inside, depth)
        for group in TOGETHER:
            for inside in node[group] if isinstance(node.get(group), list) else []:
                self.schema(inside, place, depth + 1)
        for key in ("items", "prefixItems", "additionalItems", "additionalProperties", *ALONE):
            for inside in node[key] if isinstance(node.get(key), list) else [node.get(key)]:
                self.schema(inside, place, depth + 1)
        for group in ("$defs", "definitions", "patternProperties", "dependentSchemas"):
            for name, inside in _mapping(node.get(group)):
                if f"#/{group}" not in self.named:
                    self.schema(inside, name if "ef" in group else place, depth + 1)

    def property(self, place: str, name: str, node: Any, depth: int = 0) -> None:
        """One property; an object or a list of objects is also a place of its own."""
        shown = self.target(node)
        described = shown.get("description") or shown.get("title") if isinstance(shown, dict) else ""
        comment = described if isinstance(described, str) else ""
        self.reading.add(Field(place, name, type_of(shown), comment[:300]))
        self.schema(node, f"{place}.{name}" if place else name, depth + 1)

    def target(self, node: Any) -> Any:
        """What a chain of references inside the document ends in."""
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"] not in seen:
            seen.add(node["$ref"])
            found = self.at(node["$ref"])
            node = node if found is None else found
        return node

    def at(self, pointer: str) -> Any:
        """What stands at `#/a/b`; nothing when it is outside or missing."""
        if not pointer.startswith("#"):
            return None
        node = self.document
        for part in [p for p in unquote(pointer[1:]).split("/") if p]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict):
                node = node.get(key)
            else:
                return None
        return node

    def _follow(self, pointer: str, depth: int) -> None:
        if pointer in self.followed:
            return
        self.followed.add(pointer)
        if pointer.rpartition("/")[0] in self.named:
            return
        found = self.at(pointer)
        if found is not None:
            self.schema(found, unquote(pointer.rpartition("/")[2]) or "(whole document)", depth + 1)
        elif pointer.startswith("#"):
            self.reading.notes.append(f"the reference {pointer[:80]!r} leads nowhere")
        else:
            self.reading.notes.append(f"the reference {pointer[:80]!r} leaves this document; scan that file too")


def type_of(node: Any) -> str:
    """`string (date)`, `array of integer`, or nothing."""
    if not isinstance(node, dict):
        return ""
    kind = node.get("type", "")
    kinds = [k for k in kind if isinstance(k, str) and k != "null"] if isinstance(kind, list) else [str(kind)]
    shown = " or ".join(kinds)
    if isinstance(node.get("format"), str):
        return f"{shown} ({node['format']})"
    return (
        f"array of {type_of(node['items'])}"
        if shown == "array" and isinstance(node.get("items"), dict) and "items" not in node["items"]
        else shown
    )


def _mapping(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, inside in node.items():
            yield str(name), inside


def looks_like(document: Any) -> bool:
    """Is it a JSON Schema?"""
    if not isinstance(document, dict):
        return False
    says_so = isinstance(document.get("$schema"), str) and "json-schema" in document["$schema"]
    return says_so or any(isinstance(document.get(key), dict) for key in ("properties", "$defs", "definitions"))


def read(document: Any, source: str, name: str) -> Reading:
    """Every property of a JSON Schema."""
    reading = Reading(source)
    title = document.get("title")
    Walker(document, reading).schema(document, title if isinstance(title, str) and title else name)
    return reading

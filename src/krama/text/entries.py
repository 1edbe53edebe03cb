# SPDX-License-Identifier: Apache-2.0
"""YAML files into one document, and fields out of it; a fault names file, entry, field and what to do.

Must never execute what it reads: only YAML's safe types, no aliases that grow, no key twice.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Generator, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from krama.errors import BadInput
from krama.text.said import Text

INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
NO_LINES: Mapping[int, int] = {}
LARGEST = 2 * 1024 * 1024  # bytes of one file; the shipped ones are below 60 KB


class BadEntry(BadInput):
    """A file of requirements, or of a country, is not of the form that was asked for."""

    code = "bad_entry"


class _Loader(yaml.SafeLoader):
    """YAML's safe types; a key given twice or an alias is an error, since a person would read past it.

    `lines` says of each mapping, by its identity, on which line of the file it begins.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.lines: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (`*name`) is not taken; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise yaml.YAMLError(f"the key `{twice}` stands twice in one entry; keep one of them")
        return super().construct_mapping(node, deep)

    def construct_yaml_map(self, node: yaml.MappingNode) -> Generator[dict[Any, Any], None, None]:
        found: dict[Hashable, Any] = {}
        self.lines[id(found)] = node.start_mark.line + 1
        yield found
        found.update(self.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)


@dataclass(frozen=True)
class Entry:
    """One mapping of a file, with its place for error messages."""

    file: str
    id: str
    values: Mapping[str, Any]
    lines: Mapping[int, int] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def fault(self, field: str, what: str) -> BadEntry:
        """An error that names the file, the entry, the field and what to do."""
        line = self.lines.get(id(self.values), 0)
        return BadEntry(f"{self.file}: {self.id}: {field}: {what}", file=self.file, id=self.id, field=field, line=line)

    def allow(self, *fields: str) -> None:
        """Refuse a field that is not known: it is most often a slip of the pen."""
        for field in self.values:
            if field not in fields:
                raise self.fault(str(field), f"is not known; use one of {', '.join(fields)}")

    def word(self, field: str, default: str | None = None) -> str:
        """A text in one line that is not empty."""
        value = self.values.get(field, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.fault(field, "is missing or is not a text; write it in one line")
        return value.strip()

    def one_of(self, field: str, known: tuple[str, ...], default: str | None = None) -> str:
        """A word from a list of known ones."""
        value = self.word(field, default)
        if value != default and value not in known:
            raise self.fault(field, f"{value!r} is not known; use one of {', '.join(known)}")
        return value

    def words(self, field: str, known: tuple[str, ...] | None = None, least: int = 0) -> tuple[str, ...]:
        """A list of different words; `known` names those that may stand there."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(field, "is not a list of words; write it as [one, two]")
        if len(value) < least or len(set(value)) < len(value):
            raise self.fault(field, f"give at least {least}, each only once")
        for item in value:
            if known is not None and item not in known:
                raise self.fault(field, f"{item!r} is not known; use one of {', '.join(known)}")
        return tuple(value)

    def flag(self, field: str) -> bool:
        """True or false; false when it is left out."""
        value = self.values.get(field, False)
        if not isinstance(value, bool):
            raise self.fault(field, "is neither true nor false; write one of them")
        return value

    def number(self, field: str) -> int:
        """A whole number from one on."""
        value = self.values.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(field, "is not a whole number; write 1, 2, 3 and so on")
        return value

    def day(self, field: str) -> date:
        """A date."""
        value = self.values.get(field)
        if type(value) is not date:
            raise self.fault(field, "is not a date; write it as 2026-11-23")
        return value

    def inside(self, field: str) -> Entry:
        """The mapping that a field holds."""
        value = self.values.get(field)
        if not isinstance(value, dict):
            raise self.fault(field, "is missing; give its fields below it")
        return Entry(self.file, f"{self.id}: {field}", value, self.lines)

    def said(self) -> Text:
        """Its `en` and its `km`."""
        text = Text(self.word("en"), self.word("km"))
        for language in ("en", "km"):
            if INVISIBLE.search(text.in_(language)) or "\n" in text.in_(language):
                raise self.fault(language, "holds an invisible character or a line break; type it anew in one line")
        return text

    def text(self, field: str) -> Text:
        """The English and the Khmer below a field."""
        inside = self.inside(field)
        inside.allow("en", "km")
        return inside.said()


@dataclass(frozen=True)
class Document:
    """The top of one or more files: each key stands in one file, lists are joined."""

    entries: Mapping[str, tuple[Entry, ...]]
    raw: Mapping[str, Any]  # the same as plain values, for the JSON Schema
    name: str

    def listed(self, key: str) -> tuple[Entry, ...]:
        """The entries below a key, no id twice."""
        found = self.entries.get(key, ())
        if not found:
            raise BadEntry(f"{self.name}: {key}: is missing; write `{key}:` and its entries below it")
        ids: set[str] = set()
        for entry in found:
            if entry.id in ids:
                raise entry.fault("id", "stands twice; every id is given once and for ever")
            ids.add(entry.id)
        return found


def read_document(path: Path) -> Document:
    """One YAML file, or all YAML files of a folder in the order of their names, as one document."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    raw: dict[str, Any] = {}
    entries: dict[str, tuple[Entry, ...]] = {}
    for file in files:
        found, lines = _read(file)
        for key, value in found.items():
            if key in raw and not (isinstance(raw[key], list) and isinstance(value, list)):
                raise BadEntry(f"{file.name}: {key}: stands in another file too; keep one of them")
            raw[key] = [*raw.get(key, []), *value] if isinstance(value, list) else value
            entries[key] = (*entries.get(key, ()), *_entries(file.name, key, value, lines))
    return Document(entries, raw, path.name)


def parsed(text: str, name: str) -> Document:
    """One YAML text as a document; `name` is what its faults call it."""
    raw, lines = _parsed(text, name)
    return Document({key: tuple(_entries(name, key, value, lines)) for key, value in raw.items()}, raw, name)


def document_of(raw: Mapping[str, Any], name: str) -> Document:
    """Plain values as a document, read by the same rules as a file of that name."""
    return Document({key: tuple(_entries(name, key, value)) for key, value in raw.items()}, raw, name)


def _read(file: Path) -> tuple[dict[str, Any], Mapping[int, int]]:
    try:
        if file.stat().st_size > LARGEST:
            raise BadEntry(f"{file.name}: is larger than 2 MB; it cannot be a catalogue")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadEntry(f"{file.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadEntry(f"{file.name}: is not YAML as it should be: {error}") from error
    return _parsed(text, file.name)


def _parsed(text: str, name: str) -> tuple[dict[str, Any], Mapping[int, int]]:
    try:
        loader = _Loader(text)
        value = loader.get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadEntry(f"{name}: is not YAML as it should be: {' '.join(str(error).split())}") from error
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise BadEntry(f"{name}: holds no entries; begin with `lines:`")
    return value, loader.lines


def _entries(file: str, key: str, value: object, lines: Mapping[int, int] = NO_LINES) -> Iterator[Entry]:
    if isinstance(value, dict):
        yield Entry(file, key, value, lines)
        return
    if not isinstance(value, list):
        raise BadEntry(f"{file}: {key}: is neither a list nor an entry; write its fields below it")
    for number, item in enumerate(value, start=1):
        if not isinstance(item, dict):
            raise BadEntry(f"{file}: {key} {number}: is not an entry; begin it with `- id:`")
        entry = Entry(file, f"{key} {number}", item, lines)
        yield Entry(file, entry.word("id"), item, lines)

# SPDX-License-Identifier: Apache-2.0
"""JSON and YAML into plain values, within bounds: YAML's safe types, no bomb of aliases or merges, no endless depth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from krama.errors import BadInput
from krama.inventory.opening import MB, as_text, read_bytes

LARGEST_JSON, LARGEST_YAML = 32 * MB, 8 * MB
DEEPEST, MOST_EVENTS, MOST_ALIASES, MOST_MERGED = 100, 2_000_000, 1_000, 10_000
Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(Safe):  # type: ignore[misc]
    """Merge keys (`<<`) double with each level in a bomb: they stop at a number no document of people reaches."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > MOST_MERGED:
            raise BadInput("merges more keys than a document of people does")


def read(path: Path) -> Any:
    """The document in a file: JSON by its ending, else YAML."""
    if path.suffix.lower() == ".json":
        return of_json(as_text(read_bytes(path, LARGEST_JSON)))
    return of_yaml(as_text(read_bytes(path, LARGEST_YAML)))


def of_json(text: str) -> Any:
    """One JSON document."""
    try:
        return json.loads(text)
    except RecursionError:
        raise BadInput("is nested too deep to be read") from None
    except ValueError as problem:
        raise BadInput(f"is not JSON: {problem}") from None


def of_yaml(text: str) -> Any:
    """One YAML document; what it would grow to is known before it is built."""
    try:
        _measure(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 — a SafeLoader
    except RecursionError:
        raise BadInput("is nested too deep to be read") from None
    except (yaml.YAMLError, ValueError, TypeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise BadInput(f"is not YAML{where}; only one document of YAML's plain types is read") from None


def _measure(text: str) -> None:
    depth = aliases = 0
    for number, event in enumerate(yaml.parse(text, Loader=Safe)):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > DEEPEST:
            raise BadInput(f"is nested deeper than {DEEPEST} levels")
        if number > MOST_EVENTS or aliases > MOST_ALIASES:
            raise BadInput("holds more entries or aliases than a document of people does")

# SPDX-License-Identifier: Apache-2.0
"""What a purge plan is made from: a schema, and the findings of a scan. Files only; a database is never asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from krama.inventory.model import Finding, findings_from_json
from krama.inventory.purge_schema import BadSchema, Schema


def inputs(source: Path, schema: Path | None) -> tuple[str, list[Finding]]:
    """The text of the schema, and the findings when `source` holds findings."""
    if source.suffix.lower() != ".json":
        return _text(source), []
    findings = findings_from_json(_text(source))
    named = sorted({one.source for one in findings if one.source.lower().endswith(".sql")})
    if schema is None and len(named) != 1:
        raise BadSchema(
            f"The findings name {len(named)} schemas in SQL; say which one with --schema FILE. The plan needs the "
            "schema: foreign keys stand in it."
        )
    path = schema or Path(named[0])
    return _text(path), [one for one in findings if schema is not None or one.source == named[0]]


def columns_found(schema: Schema, findings: Iterable[Finding]) -> tuple[list[tuple[str, str]], list[str]]:
    """Table and column of each finding, and a note for each that is not in the schema."""
    found: list[tuple[str, str]] = []
    notes: list[str] = []
    for one in findings:
        try:
            table, column = schema.column(f"{one.place}.{one.field}")
        except BadSchema:
            notes.append(
                f"{one.source}: {one.place}.{one.field} was found and is not in this schema; see to it by hand."
            )
        else:
            found.append((table.name, column))
    return found, notes


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise BadSchema(f"{path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise BadSchema(f"{path} is not UTF-8; save it as UTF-8.") from problem

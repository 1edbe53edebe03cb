# SPDX-License-Identifier: Apache-2.0
"""Rows of the trail as they lie there, also those that no entry could be: somebody may have written behind Krama."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from krama.server.trail.leaf import plain_of
from krama.server.trail.models import Entry
from krama.server.trail.seal import is_sealed

COLUMNS = (
    "id", "at", "event", "actor_kind", "actor_id", "subject_kind", "subject_id", "details", "position", "leaf_hash",
    "seal",
)  # fmt: skip
PLACED = "position IS NOT NULL ORDER BY position"
WAITING = "position IS NULL ORDER BY at, id LIMIT %s"


@dataclass(frozen=True)
class Row:
    """`entry` is None where the row cannot be read as one; `text` is what is hashed, or what stands there instead."""

    position: int | None
    leaf_hash: str
    entry: Entry | None
    text: str

    @property
    def is_sealed(self) -> bool:
        return self.entry is not None and is_sealed(self.entry)


def rows(where: str, *values: int) -> Iterator[Row]:
    """Of the two questions above."""
    # SQLite keeps whatever it is given in a column: as text, so that no converter stumbles.
    name = "{}" if connection.vendor == "postgresql" else "CAST({0} AS TEXT) AS {0}_"
    columns = ", ".join(name.format(column) for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {Entry._meta.db_table} WHERE {where}", values)  # noqa: S608 - ours
        while batch := cursor.fetchmany(2_000):
            yield from map(_row, batch)


def _row(values: tuple[Any, ...]) -> Row:
    facts = dict(zip(COLUMNS, values, strict=True))
    position = None if facts["position"] is None else int(facts["position"])
    try:
        entry = _entry(facts, position)
        text = plain_of(entry)
    except (AttributeError, TypeError, ValueError):
        broken = {name: str(value) for name, value in facts.items() if name not in ("seal", "leaf_hash", "position")}
        return Row(position, str(facts["leaf_hash"]).replace(" ", ""), None, json.dumps(broken, sort_keys=True))
    return Row(position, entry.leaf_hash.replace(" ", ""), entry, text)


def _entry(facts: dict[str, Any], position: int | None) -> Entry:
    at = datetime.fromisoformat(facts["at"]) if isinstance(facts["at"], str) else facts["at"]
    details = json.loads(facts["details"]) if isinstance(facts["details"], str) else facts["details"]
    pk = facts["id"] if isinstance(facts["id"], uuid.UUID) else uuid.UUID(facts["id"])
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Entry(**{**facts, "id": pk, "at": aware, "details": details, "position": position})

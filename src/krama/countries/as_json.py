# SPDX-License-Identifier: Apache-2.0
"""A country's plain values as JSON can hold them, and back: days become text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def bodies(raw: Mapping[str, Any]) -> Any:
    """Plain values as JSON can hold them; days become text."""
    return json.loads(json.dumps(raw, default=str))


def with_days(body: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `bodies`."""
    head = {**body["country"], "read_on": date.fromisoformat(body["country"]["read_on"])}
    groups = {
        group: [{**entry, "verified_on": _day(entry["verified_on"])} for entry in entries]
        for group, entries in body.items()
        if group != "country"
    }
    return {"country": head, **groups}


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None

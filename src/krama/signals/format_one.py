# SPDX-License-Identifier: Apache-2.0
"""Versions that Krama 0.1 published (format 1) still open, until the lists are published again."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import numpy as np

from krama.signals.types import Action, HashList, SeverityCode, Signal, SignalType

TYPES = (SignalType.MD5, SignalType.SHA1, SignalType.SHA256, SignalType.PDQ)  # that format knew no others


def read_lists(files: dict[str, bytes]) -> list[tuple[HashList, list[Signal]]]:
    """Every list with its signals, from files that were compared with their checksums."""
    lists: list[tuple[HashList, list[Signal]]] = [
        (HashList(**row | {"labels": tuple(row["labels"]), "action": Action(row["action"])}), [])
        for row in json.loads(files["lists.json"])
    ]
    facts = [_facts(row) for row in json.loads(files["facts.json"])]
    for kind in TYPES:
        values = np.load(io.BytesIO(files[f"{kind}.npy"]), allow_pickle=False)
        owners = np.load(io.BytesIO(files[f"{kind}_of.npy"]), allow_pickle=False)
        for value, (number, fact) in zip(values, owners.tolist(), strict=True):
            lists[number][1].append(Signal(kind, value.tobytes().hex(), **facts[fact]))
    return lists


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "labels": tuple(row["labels"]),
        "severity": SeverityCode(**row["severity"]) if row["severity"] else None,
        "source_ref": row["source_ref"],
        "added": datetime.fromisoformat(row["added"]) if row["added"] else None,
        "expires": datetime.fromisoformat(row["expires"]) if row["expires"] else None,
    }

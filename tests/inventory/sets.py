# SPDX-License-Identifier: Apache-2.0
"""Invented data sets in the three formats, and one way to run them through."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from krama.inventory.pseudonyms import Report
from krama.inventory.pseudonyms_file import Manner, pseudonymise
from krama.inventory.rules_file import rules_from
from krama.sealing import KeyedHash

KEY, OTHER = KeyedHash(b"k" * 32), KeyedHash(b"o" * 32)
FORMATS = ("csv", "jsonl", "parquet")
RULES = """
version: 1
fields:
  id: {action: pseudonym, kind: account, normalise: exact}
  name: {action: pseudonym, kind: name, normalise: name}
  phone: {action: pseudonym, kind: phone, normalise: phone}
  note: drop
  score: keep
"""


def write(path: Path, rows: list[dict[str, Any]], schema: Any = None) -> Path:
    """Rows in the format that the path's ending says."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The rows back."""
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return list(pq.read_table(path).to_pylist())


def run(source: Path, rules: str = RULES, *, key: KeyedHash | None = KEY, **manner: Any) -> tuple[Path, Report]:
    """Through, into a folder beside; replaces what an earlier run left."""
    target = source.parent / "out" / source.name
    target.parent.mkdir(exist_ok=True)
    return target, pseudonymise(source, target, rules_from(rules), key, Manner(**{"force": True, **manner}))

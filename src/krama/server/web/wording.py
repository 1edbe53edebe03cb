# SPDX-License-Identifier: Apache-2.0
"""Corrections of the Khmer that came with Krama, as this firm's reviewers made them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from krama.errors import BadHome
from krama.text import correct, lay_over

T = TypeVar("T")
FILE = "corrections.json"
MOST_KEPT = 64  # values whose corrected form is kept; there are about a dozen
_read: dict[str, Any] = {"stamp": None, "rows": {}, "texts": {}}
_kept: dict[int, tuple[object, object]] = {}


def folder() -> Path:
    """Where the firm's corrections lie."""
    return Path(settings.HOME.folder) / "wording"


def corrected(value: T) -> T:
    """The same value; each of its texts with the firm's corrected Khmer. The last import counts, without a restart."""
    texts = _refreshed()["texts"]
    if not texts:
        return value
    kept = _kept.get(id(value))
    if kept is None or kept[0] is not value:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[id(value)] = (value, correct(value, texts))
    return kept[1]  # type: ignore[return-value]


def corrections() -> Mapping[str, Mapping[str, str]]:
    """What reviewers returned, by the text's place: English, shipped Khmer, theirs, whose, when."""
    rows: Mapping[str, Mapping[str, str]] = _refreshed()["rows"]
    return rows


def _refreshed() -> dict[str, Any]:
    path = folder() / FILE
    try:
        facts = path.stat()
        stamp: object = (facts.st_mtime_ns, facts.st_size, facts.st_ino, str(path))
    except OSError:
        stamp = None
    if stamp != _read["stamp"]:
        rows = read_corrections(path) if stamp else {}
        texts = {(row["en"], row["shipped"]): row["km"] for row in rows.values() if row["km"] != row["shipped"]}
        lay_over(texts)
        _kept.clear()
        _read.update(stamp=stamp, rows=rows, texts=texts)
    return _read


def read_corrections(path: Path) -> dict[str, dict[str, str]]:
    """The rows of the firm's file; nothing where there is none."""
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text("utf-8"))["rows"]
        needed = ("en", "shipped", "km", "by", "on")
        return {str(place): {name: str(row[name]) for name in needed} for place, row in rows.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadHome(f"{path} is damaged: {problem}. Put it back from your backup, or import it again.") from problem

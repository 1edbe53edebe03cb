# SPDX-License-Identifier: Apache-2.0
"""Corrections of the Khmer that came with Krama, as this firm's reviewers made them; and which texts wait for one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from krama.errors import BadHome
from krama.text import correct, lay_over, texts_in

T = TypeVar("T")
FILE = "corrections.json"
MOST_KEPT = 64  # values whose corrected form is kept; there are about a dozen
_read: dict[str, Any] = {"stamp": None, "rows": {}, "texts": {}, "seen": frozenset()}
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


def awaits_reader(*values: object) -> bool:
    """Whether one of their texts waits for a native reader; corrected values may be given, or those as shipped."""
    seen = _refreshed()["seen"]
    return any((text.en, text.km) not in seen for value in values for text in texts_in(value, ""))


@contextmanager
def changing() -> Iterator[dict[str, dict[str, str]]]:
    """The rows, to be changed by one at a time; they are written whole when it ends well, else not at all."""
    folder().mkdir(mode=0o700, exist_ok=True)
    with (folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = read_corrections(folder() / FILE)
        yield rows
        text = json.dumps({"rows": rows}, ensure_ascii=False, indent=1, sort_keys=True)
        put(folder() / FILE, text.encode())


def put(path: Path, content: bytes) -> None:
    """The whole file or the one before it, also after a crash."""
    part = path.with_suffix(".part")
    with part.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)


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
        seen = {(row["en"], row[km]) for row in rows.values() if row["by"] for km in ("shipped", "km")}
        lay_over(texts)
        _kept.clear()
        _read.update(stamp=stamp, rows=rows, texts=texts, seen=frozenset(seen))
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

# SPDX-License-Identifier: Apache-2.0
"""A trail in one file, to be verified anywhere: a zip with lines of text, checkpoints and tiles.

    bundle.json   {"format": "krama-trail-1", "origin": ..., "size": ..., "made_at": ...}
    entries.txt   a line an entry: its position, the leaf hash that was stored, the entry as it is hashed
    waiting.txt   what has no place yet: "sealed" or "unsealed" (its seal was wrong or missing), the entry
    heads.jsonl   the tree heads of the database: size, root, and the signed checkpoint
    witness/      the checkpoints and the tiles that lay outside the database

Nothing here is believed: `krama.ledger.verify` believes only what the public key signed.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krama.errors import BadInput

FORMAT = "krama-trail-1"
LARGEST = 4 << 30  # bytes of one member, unpacked
NO_BUNDLE = "{path} is no bundle of a trail ({why}). `krama trail export --output FILE` makes one."


@dataclass(frozen=True)
class Line:
    """One entry as the database gave it. `text` is what was hashed when it was written."""

    position: int
    stored: str
    text: str


@dataclass(frozen=True)
class Head:
    """A tree head as the database gave it; `note` is its signed checkpoint, empty in homes older than that."""

    size: int
    root: str
    note: str


@dataclass(frozen=True)
class Bundle:
    """What was exported. `witness` holds files by their path within the log, such as `checkpoint`."""

    facts: Mapping[str, Any]
    lines: list[Line]
    waiting: list[tuple[str, str]] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    witness: Mapping[str, bytes] = field(default_factory=dict)


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write it whole, or not at all."""
    part = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("bundle.json", json.dumps({"format": FORMAT, **bundle.facts}, indent=1))
        _write_lines(archive, "entries.txt", (f"{one.position} {one.stored} {one.text}" for one in bundle.lines))
        _write_lines(archive, "waiting.txt", (f"{state} {text}" for state, text in bundle.waiting))
        heads = ({"size": one.size, "root": one.root, "note": one.note} for one in bundle.heads)
        _write_lines(archive, "heads.jsonl", map(json.dumps, heads))
        for name, data in sorted(bundle.witness.items()):
            archive.writestr(f"witness/{name}", data)
    part.replace(path)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(line.encode() + b"\n")


def read_bundle(path: Path) -> Bundle:
    """`BadInput` where it is no bundle; what somebody altered inside it is the verifier's business."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as problem:
        raise BadInput(NO_BUNDLE.format(path=path, why=f"it cannot be opened: {problem}")) from problem
    except (KeyError, ValueError, TypeError) as problem:
        raise BadInput(NO_BUNDLE.format(path=path, why=problem)) from problem


def _read(archive: zipfile.ZipFile) -> Bundle:
    if any(info.file_size > LARGEST for info in archive.infolist()):
        raise ValueError(f"one of its files is larger than {LARGEST >> 30} GB")
    facts = json.loads(archive.read("bundle.json"))
    if facts["format"] != FORMAT:
        raise ValueError(f"its format is {facts['format']!r:.40}, not {FORMAT}")
    inside = [name for name in archive.namelist() if name.startswith("witness/") and not name.endswith("/")]
    return Bundle(
        facts=facts,
        lines=[_line(text) for text in _lines(archive, "entries.txt")],
        waiting=[_two(text) for text in _lines(archive, "waiting.txt")],
        heads=[_head(text) for text in _lines(archive, "heads.jsonl")],
        witness={name.removeprefix("witness/"): archive.read(name) for name in inside},
    )


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    with archive.open(name) as file:
        for line in io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="\n"):
            yield line.rstrip("\n")


def _line(text: str) -> Line:
    position, stored, entry = text.split(" ", 2)
    return Line(int(position), stored, entry)


def _two(text: str) -> tuple[str, str]:
    state, _, entry = text.partition(" ")
    return state, entry


def _head(text: str) -> Head:
    facts = json.loads(text)
    return Head(int(facts["size"]), str(facts["root"]), str(facts["note"]))

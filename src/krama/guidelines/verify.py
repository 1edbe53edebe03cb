# SPDX-License-Identifier: Apache-2.0
"""Is a proof pack as it was made? Names each file that differs, is missing, was added or stands twice.

Works offline on the bytes alone. Without the hash from outside it finds every accident; with it, every change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from krama.guidelines.manifest import FORMAT, MANIFEST, OWN_SUM, SUMS, sha256, zipped
from krama.guidelines.unpacking import MB, BadArchive, Limits, unpack
from krama.text import Text

LIMITS = Limits(files=5_000, one=64 * MB, together=256 * MB)
LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
WHY = {
    "changed": Text("is not as it was packed.", "មិនដូចពេលវេចខ្ចប់ទេ។"),
    "missing": Text("is missing.", "បាត់។"),
    "added": Text("was not packed; somebody added it.", "មិនបានវេចខ្ចប់ទេ។ មានគេបន្ថែមវាចូល។"),
    "unreadable": Text("cannot be read as Krama writes it.", "មិនអាចអានបានតាមទម្រង់ដើមទេ។"),
    "other": Text("is another one than the hash from outside says.", "មិនត្រូវនឹងលេខសម្គាល់ដែលបានមកពីខាងក្រៅទេ។"),
}
ZIP = Text("The ZIP file cannot be opened.", "មិនអាចបើកកញ្ចប់ឯកសារនេះបានទេ។")


@dataclass(frozen=True)
class PackFault:
    """What is wrong with which file; `name` is empty when it is the ZIP itself."""

    name: str
    why: Text

    def in_(self, language: str) -> str:
        """The fault in one language."""
        said = self.why.in_(language)
        return f"{self.name}: {said}" if self.name else said


@dataclass(frozen=True)
class Verified:
    """What was found; `as_packed` says whether the ZIP around the files, too, is the one that was made."""

    faults: tuple[PackFault, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: int = 0
    manifest_sha256: str = ""
    sums_sha256: str = ""
    as_packed: bool = False

    @property
    def ok(self) -> bool:
        """Nothing differs."""
        return not self.faults


class _Unreadable(ValueError):
    """A list inside the pack is not as Krama writes it."""


def verify_pack(content: bytes, *, manifest_sha256: str = "", sums_sha256: str = "") -> Verified:
    """Check every file; the hashes are those that stand in the trail, or on the first printed page."""
    try:
        files = unpack(content, LIMITS)
    except BadArchive as error:
        name = str(error.fields.get("file", ""))
        return Verified((PackFault(name, Text(f"{ZIP.en} {error.detail}", ZIP.km)),))
    found = dict(_faults(files, {MANIFEST: manifest_sha256.lower(), SUMS: sums_sha256.lower()}))
    faults = tuple(PackFault(name, WHY[why]) for name, why in sorted(found.items()))
    return Verified(
        faults,
        {} if faults else _manifest(files)["facts"],
        len(files),
        sha256(files[MANIFEST]) if MANIFEST in files else "",
        sha256(files[SUMS]) if SUMS in files else "",
        zipped(files) == content,
    )


def _faults(files: Mapping[str, bytes], outside: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, wanted in outside.items():
        if wanted and name in files and sha256(files[name]) != wanted:
            yield name, "other"
    listed, found = _listed(files)
    yield from found.items()
    yield from ((name, "missing") for name in listed if name not in files)
    # What a damaged list does not name may well have been packed.
    if not found:
        yield from ((name, "added") for name in files if name not in listed)
    for name, hashes in listed.items():
        if name in files and hashes - {sha256(files[name])}:
            yield name, "changed"


def _listed(files: Mapping[str, bytes]) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Each file with the hashes that the lists say of it, and what is wrong with the lists themselves.

    A list that is damaged accuses no other file.
    """
    listed: dict[str, set[str]] = {MANIFEST: set(), SUMS: set()}
    wrong: dict[str, str] = {}
    try:
        sums = _sums(files)
        for name, hashed in sums.items():
            listed.setdefault(name, set()).add(hashed)
    except _Unreadable:
        sums, wrong[SUMS] = {}, "unreadable"
    if MANIFEST in files and sums and sums.get(MANIFEST) != sha256(files[MANIFEST]):
        return listed, wrong | {MANIFEST: "changed"}
    try:
        manifest = _manifest(files)
    except _Unreadable:
        return listed, wrong | {MANIFEST: "unreadable"}
    for name, row in manifest["files"].items():
        fits = name in files and len(files[name]) == row["size"]
        listed.setdefault(name, set()).add(row["sha256"] if fits or name not in files else "")
    for name in manifest["printed"]:
        listed.setdefault(name, set())
    if sums and set(sums) != {MANIFEST, *manifest["files"], *manifest["printed"]}:
        wrong[SUMS] = "changed"
    return listed, {name: why for name, why in wrong.items() if name in files}


def _sums(files: Mapping[str, bytes]) -> dict[str, str]:
    """What `SHA256SUMS` says, if its last line fits the others."""
    try:
        lines, mark, own = files[SUMS].decode("ascii").rpartition(OWN_SUM)
    except (KeyError, UnicodeDecodeError) as error:
        raise _Unreadable from error
    rows = [LINE.fullmatch(line) for line in lines.splitlines()]
    found = {row[2]: row[1] for row in rows if row}
    if not mark or own != f"{sha256(lines.encode())}\n" or not all(rows) or len(found) != len(rows) or SUMS in found:
        raise _Unreadable
    return found


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        body = json.loads(files[MANIFEST], object_pairs_hook=_once)
        rows = body["files"].values()
        fits = body["format"] == FORMAT and isinstance(body["facts"], dict) and isinstance(body["printed"], list)
        fits = fits and all(isinstance(row["size"], int) and isinstance(row["sha256"], str) for row in rows)
        fits = fits and all(isinstance(name, str) for name in body["printed"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _Unreadable from error
    if not fits:
        raise _Unreadable
    made: dict[str, Any] = body
    return made


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """No name twice: two readers could take two different values."""
    if len(dict(pairs)) != len(pairs):
        raise _Unreadable
    return dict(pairs)

# SPDX-License-Identifier: Apache-2.0
"""A proof pack: a ZIP whose every byte is accounted for, the same each time; the hash of its manifest lies outside.

`manifest.json` holds size and SHA-256 of each file of data. The printed papers carry that manifest's hash on their
first page, so they cannot stand in it; `SHA256SUMS` holds them, the manifest and all else, and ends with its own sum.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from krama.errors import BadInput

FORMAT = "krama-proof-pack/1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")  # what each system can write
DATE = (1980, 1, 1, 0, 0, 0)  # the format's first day: when it was made stands in the manifest
OWN_SUM = "# these lines: "  # sha256sum passes over lines that begin with #
Printed = Mapping[str, Callable[[str], bytes]]  # a paper's name, and how it is made once the manifest's hash is known


@dataclass(frozen=True)
class Made:
    """A pack, and the two hashes to be kept outside of it."""

    content: bytes
    manifest_sha256: str
    sums_sha256: str


def make_pack(files: Mapping[str, bytes], facts: Mapping[str, object], printed: Printed | None = None) -> Made:
    """The pack over these files of data; `facts` says which versions, edition and moment they speak of."""
    papers = printed or {}
    _check_names([*files, *papers])
    manifest = manifest_over(files, facts, sorted(papers))
    whole = {**files, MANIFEST: manifest}
    whole |= {name: make(sha256(manifest)) for name, make in papers.items()}
    whole[SUMS] = sums_over(whole)
    return Made(zipped(whole), sha256(manifest), sha256(whole[SUMS]))


def manifest_over(files: Mapping[str, bytes], facts: Mapping[str, object], printed: list[str]) -> bytes:
    """The manifest: one way to write it, so that its hash can be made again."""
    rows = {name: {"size": len(files[name]), "sha256": sha256(files[name])} for name in files}
    body = {"format": FORMAT, "facts": dict(facts), "files": rows, "printed": printed}
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sums_over(files: Mapping[str, bytes]) -> bytes:
    """Every file as `sha256sum` writes it, and last the sum of these lines."""
    lines = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files) if name != SUMS)
    return f"{lines}{OWN_SUM}{sha256(lines.encode())}\n".encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as they are, unpressed, in the order of their names: the same files give the same bytes everywhere."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, DATE)
            info.create_system, info.external_attr = 3, 0o100644 << 16  # as on every system, a file to read
            archive.writestr(info, files[name])
    return target.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _check_names(names: list[str]) -> None:
    seen = {MANIFEST.casefold(), SUMS.casefold()}
    for name in names:
        if not NAME.fullmatch(name):
            raise BadInput(f"{name!r} is no name for a file of a proof pack; use Latin letters, digits, dot, hyphen.")
        if name.casefold() in seen:
            raise BadInput(f"{name!r} stands in the pack already; give it another name.")
        seen.add(name.casefold())

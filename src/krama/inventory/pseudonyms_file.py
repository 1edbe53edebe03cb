# SPDX-License-Identifier: Apache-2.0
"""A data set from one file to another: whole or not at all, never over its own source, never beside its key."""

from __future__ import annotations

import codecs
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from krama.durable import sync_folder
from krama.errors import BadHome
from krama.inventory.pseudonyms import BadData, Pseudonymiser, Report
from krama.inventory.pseudonyms_csv import pseudonymise_csv
from krama.inventory.pseudonyms_jsonl import pseudonymise_jsonl
from krama.inventory.rules import Rules
from krama.sealing import FileProvider, KeyedHash, read_key, write_once

FORMATS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


@dataclass(frozen=True)
class Manner:
    """How a data set is read and written."""

    format: str = ""  # by the name's ending when empty
    encoding: str = "utf-8"
    delimiter: str = ""
    keep_formulas: bool = False
    drop_unlisted: bool = False
    force: bool = False
    dry_run: bool = False


def make_key_apart(path: Path, *others: Path) -> None:
    """32 random bytes, for their owner only, not beside the data; one that is there is never replaced."""
    _apart(path, *others)
    if path.exists() or path.is_symlink():
        raise BadHome(f"{path} is there already. To use it, leave out --make-key; for another key, name another file.")
    if not path.parent.is_dir():
        raise BadHome(f"The folder {path.parent} is not there; make it, for you alone: mkdir -m 700 {path.parent}")
    write_once(path, FileProvider().cover(os.urandom(32), path.name))


def key_from(path: Path, *others: Path) -> KeyedHash:
    """The keyed hash of a key file; refused when others can read it, or when it lies beside the data."""
    _apart(path, *others)
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        raise BadHome(f"The key file {path} cannot be read: {problem.strerror}. Make one with --make-key.") from problem
    if not stat.S_ISREG(mode):
        raise BadHome(f"{path} is not a file.")
    if mode & 0o077:
        raise BadHome(f"The key file {path} can be read by others: chmod 600 {path}, and think who had access.")
    return KeyedHash(read_key(path))


def _apart(key: Path, *others: Path) -> None:
    for other in others:
        if key.resolve().parent == other.resolve().parent:
            raise BadHome(
                f"The key file lies in the same folder as {other.name}: who takes the folder takes both. "
                "Keep the key in a folder of its own, which you do not hand on."
            )


def pseudonymise(source: Path, target: Path, rules: Rules, key: KeyedHash | None, manner: Manner) -> Report:
    """Read `source`, write `target` (for its owner only); the report says what was done. Dry: writes nothing."""
    kind = _kind(source, target, manner)
    _fit(source, target, manner)
    maker = Pseudonymiser(rules, key)
    with _in_words(), source.open("rb") as stream, _whole(target, manner) as part:
        _carry(kind, stream, part, maker, source, manner)
        return maker.finish(drop_unlisted=manner.drop_unlisted)


def _carry(kind: str, stream: BinaryIO, part: Path | None, maker: Pseudonymiser, source: Path, manner: Manner) -> None:
    if kind == "parquet":
        try:
            from krama.inventory.pseudonyms_parquet import pseudonymise_parquet  # heavy, and an extra
        except ModuleNotFoundError as problem:
            raise BadData("Parquet needs one package more: pip install 'krama[inventory]'") from problem
        pseudonymise_parquet(stream, part, maker, drop_unlisted=manner.drop_unlisted)
        return
    out = part.open("w", encoding="utf-8", newline="") if part else None
    try:
        if kind == "jsonl":
            pseudonymise_jsonl(stream, out, maker, encoding=manner.encoding)
        else:
            delimiter = manner.delimiter or ("\t" if source.suffix.lower() == ".tsv" else ",")
            pseudonymise_csv(
                stream, out, maker,
                encoding=manner.encoding, delimiter=delimiter, keep_formulas=manner.keep_formulas,
            )  # fmt: skip
    finally:
        if out:
            out.close()


def _kind(source: Path, target: Path, manner: Manner) -> str:
    kind = manner.format or FORMATS.get(source.suffix.lower(), "")
    if not kind:
        raise BadData(f"The name {source.name} does not say what it is: say --format csv, jsonl or parquet.")
    if FORMATS.get(target.suffix.lower(), kind) != kind:
        raise BadData(f"{target.name} would be {kind}, as {source.name} is; name it so. Formats are not converted.")
    return kind


def _fit(source: Path, target: Path, manner: Manner) -> None:
    try:
        codecs.lookup(manner.encoding)
    except LookupError:
        raise BadData(f"There is no encoding {manner.encoding!r}; utf-8, utf-16 and windows-1252 are usual.") from None
    if not source.is_file():
        raise BadData(f"{source} is not a file.")
    if target.exists() and target.samefile(source):
        raise BadData("IN and OUT are one file; the source is never written over.")
    if target.is_dir() or (target.exists() and not target.is_file()):
        raise BadData(f"{target} is not a file; name the file to write.")
    if not target.parent.is_dir():
        raise BadData(f"The folder {target.parent} is not there; make it first.")
    if (target.exists() or target.is_symlink()) and not manner.force and not manner.dry_run:
        raise BadData(f"{target} is there already; name another file, or say --force.")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise BadData(
            f"The files cannot be read or written: {problem.strerror or 'they are damaged'}. Nothing was written."
        ) from problem


@contextmanager
def _whole(target: Path, manner: Manner) -> Iterator[Path | None]:
    """A part file that becomes the target at the end, or goes. After a kill a part file may be left: delete it."""
    if manner.dry_run:
        yield None
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        yield part
        os.fsync(handle)
        if manner.force:
            part.replace(target)
        else:
            _appear(part, target)
    finally:
        os.close(handle)
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def _appear(part: Path, target: Path) -> None:
    try:
        os.link(part, target)
    except FileExistsError:
        raise BadData(f"{target} appeared meanwhile; nothing was written.") from None
    except OSError:  # a stick that knows no links: looked at before, then put there
        part.replace(target)

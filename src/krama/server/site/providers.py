# SPDX-License-Identifier: Apache-2.0
"""Which provider opens this home's keys: `provider.json` beside them says which kind; the root is never there."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import sys
from functools import cache
from pathlib import Path
from typing import Any

from krama.errors import BadHome
from krama.sealing import FileProvider, KeyProvider, RootProvider, read_key, root_from_passphrase, write_over

NOTE = "provider.json"
ROOT = "KRAMA_KEY"  # 64 hexadecimal digits; the process that asked for the passphrase hands it to its workers
PASSPHRASE_FILE = "KRAMA_PASSPHRASE_FILE"  # noqa: S105 - the name of a setting
CHECK = b"krama: these keys open"


def provider_of(keys: Path) -> KeyProvider:
    """File, passphrase or environment; `BadHome` when the root key is missing or another one."""
    note = keys / NOTE
    return _opened(keys, note.read_text()) if note.exists() else FileProvider()


def protect(keys: Path, kind: str) -> None:
    """Seal every key file under a passphrase or a key from the environment; or, `file`, take that away again.

    Killed half-way it is run again: a sealed and a plain key both open while it lasts.
    """
    old = provider_of(keys)
    new = FileProvider() if kind == "file" else _begin(keys, kind)
    for path in _key_files(keys):
        name = path.name if path.parent == keys else f"{path.parent.name}/{int(path.stem)}"
        reader = new if isinstance(old, FileProvider) and isinstance(new, RootProvider) else old
        write_over(path, new.cover(read_key(path, reader, name=name), name))
    if kind == "file":
        (keys / NOTE).unlink(missing_ok=True)


def _begin(keys: Path, kind: str) -> RootProvider:
    if (keys / NOTE).exists() and json.loads((keys / NOTE).read_text())["kind"] != kind:
        raise BadHome(f"These keys are protected already. First `krama keys protect --by file`, then --by {kind}.")
    if (keys / NOTE).exists():
        found = provider_of(keys)
        assert isinstance(found, RootProvider)
        return found
    salt = secrets.token_bytes(16)
    made = RootProvider(_root(kind, salt, new=True), kind)
    facts = {"kind": kind, "salt": salt.hex(), "check": made.cover(CHECK.ljust(32), "check")}
    write_over(keys / NOTE, json.dumps(facts))
    return made


@cache
def _opened(keys: Path, note: str) -> RootProvider:
    try:
        facts: dict[str, Any] = json.loads(note)
        kind, salt, check = str(facts["kind"]), bytes.fromhex(facts["salt"]), str(facts["check"])
    except (ValueError, KeyError, TypeError) as problem:
        raise BadHome(f"{keys / NOTE} is damaged; put it back from your backup of the keys.") from problem
    found = RootProvider(_root(kind, salt), kind)
    found.uncover(check, "check")
    return found


def _root(kind: str, salt: bytes, *, new: bool = False) -> bytes:
    if named := os.environ.get(ROOT):
        try:
            return bytes.fromhex(named)
        except ValueError as problem:
            raise BadHome(f"{ROOT} is not 64 hexadecimal digits.") from problem
    if kind == "environment":
        raise BadHome(f"The keys of this home open with {ROOT}=64 hexadecimal digits; it is not set.")
    root = root_from_passphrase(_passphrase(new=new), salt)
    os.environ[ROOT] = root.hex()
    return root


def _passphrase(*, new: bool) -> str:
    if named := os.environ.get(PASSPHRASE_FILE):
        return Path(named).read_text().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadHome(
            f"The keys of this home open with a passphrase: start it in a terminal, or set {PASSPHRASE_FILE}."
        )
    said = getpass.getpass("Passphrase of the keys: ")
    if new and getpass.getpass("Once more: ") != said:
        raise BadHome("The two differ; nothing was changed.")
    return said


def _key_files(keys: Path) -> list[Path]:
    plain = [path for path in keys.iterdir() if path.is_file() and not path.suffix and path.name[0] != "."]
    return sorted([*plain, *keys.glob("*/*.key")])

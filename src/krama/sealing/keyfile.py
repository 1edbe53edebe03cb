# SPDX-License-Identifier: Apache-2.0
"""Keys as files: 32 random bytes each, readable by their owner only, in a folder apart from the data."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from krama.errors import BadHome


def make_keys(folder: Path, names: tuple[str, ...]) -> None:
    """Write what is missing; an existing key is never replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in names:
        if not (folder / name).exists():
            _write_once(folder / name, secrets.token_hex(32))


def read_key(path: Path) -> bytes:
    """The 32 bytes; `BadHome` says which file is missing or damaged."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as problem:
        raise BadHome(
            f"The key file {path} is missing or damaged; put it back from your backup of the keys."
        ) from problem
    if len(key) != 32:
        raise BadHome(f"The key file {path} does not hold 32 bytes; put it back from your backup of the keys.")
    return key


def _write_once(path: Path, text: str) -> None:
    # Linked into place whole, so that a crash leaves no half key and two starts agree on one;
    # the part's name is nobody else's, for two threads of one process share its number.
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    finally:
        Path(part).unlink()

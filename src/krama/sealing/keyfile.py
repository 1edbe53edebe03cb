# SPDX-License-Identifier: Apache-2.0
"""Keys as files: 32 random bytes each, readable by their owner only, in a folder apart from the data."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from krama.durable import replace_file, sync_folder
from krama.errors import BadHome
from krama.sealing.provider import FileProvider, KeyProvider


def make_keys(folder: Path, names: tuple[str, ...], provider: KeyProvider | None = None) -> None:
    """Write what is missing; an existing key is never replaced."""
    provider = provider or FileProvider()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in names:
        if not (folder / name).exists():
            write_once(folder / name, provider.cover(secrets.token_bytes(32), name))


def read_key(path: Path, provider: KeyProvider | None = None, *, name: str = "") -> bytes:
    """The 32 bytes; `BadHome` says which file is missing, damaged, or sealed under what was not given."""
    try:
        key = (provider or FileProvider()).uncover(path.read_text().strip(), name or path.name)
    except (OSError, ValueError) as problem:
        raise BadHome(
            f"The key file {path} is missing or damaged; put it back from your backup of the keys."
        ) from problem
    if len(key) != 32:
        raise BadHome(f"The key file {path} does not hold 32 bytes; put it back from your backup of the keys.")
    return key


def write_over(path: Path, text: str) -> None:
    """Replace a key file whole: a crash leaves the old one or the new one."""
    replace_file(path, text.encode())


def write_once(path: Path, text: str) -> None:
    """A key file that is never replaced: who comes second keeps the first one's."""
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
    sync_folder(path.parent)  # what is sealed with it must not outlive it

# SPDX-License-Identifier: Apache-2.0
"""What a file needs to survive a power cut: its bytes on the disk, and its name too."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """The whole new file or the whole old one, whenever the power goes; for its owner alone (mode 600)."""
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    Path(part).replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in it as they are now: a file put there, replaced or removed stays so (fsync(2), on the directory)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

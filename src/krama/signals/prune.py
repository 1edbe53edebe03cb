# SPDX-License-Identifier: Apache-2.0
"""Old versions go: each holds every list, and nobody starts from one that was replaced long ago."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from krama.errors import BadSnapshot
from krama.signals.folder import VERSION, current_version
from krama.signals.snapshot import versions


def prune(folder: Path, *, keep: timedelta, now: datetime) -> list[str]:
    """Remove what was replaced longer than `keep` ago, and say which: not the one in use, nor what is below a kept one.

    Whoever has a removed version open goes on with it: its pages are mapped. A half-removed one is removed next time.
    """
    names = sorted(path.name for path in folder.iterdir() if VERSION.fullmatch(path.name)) if folder.exists() else []
    current = current_version(folder)
    if current is None:
        return []
    replaced = {name: _moment(later) for name, later in pairwise(names)}
    young = {name for name in names if replaced.get(name, now) > now - keep}
    kept = {below for name in young | {current} for below in _with_below(folder, name)}
    gone = [name for name in names if name not in kept]
    for name in gone:
        shutil.rmtree(folder / name, ignore_errors=True)
    return gone


def _with_below(folder: Path, name: str) -> list[str]:
    try:
        return versions(folder, name)
    except BadSnapshot:
        return [name]  # damaged: its name is all that is known of it


def _moment(name: str) -> datetime:
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

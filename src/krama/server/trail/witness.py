# SPDX-License-Identifier: Apache-2.0
"""The witness: signed checkpoints and leaf hashes in a folder outside the database.

What lies only in the database misses that its end was cut off, or that all of it was rolled back. Tiles go first and
the checkpoint last, each written through to the disk, so that a crash leaves the older checkpoint with all its tiles.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from krama.durable import replace_file
from krama.ledger import Checkpoint, Frontier, leaves_of, open_checkpoint, tiles_between
from krama.ledger.tiles import Read
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.seal import signing_key

NEWEST = "checkpoint"
DAILY = "checkpoints"
PUBLIC_KEY = "public-key"
_grown: dict[str, Frontier] = {}  # by folder: what this process wrote last, so that growing costs only what is new


def last_witnessed() -> Checkpoint | None:
    """What the folder's newest checkpoint says, if Krama signed it."""
    try:
        note = (settings.KRAMA_WITNESS / NEWEST).read_text()
    except (OSError, ValueError):
        return None
    return open_checkpoint(note, signing_key().public)


def witness(*, now: bool = False) -> int:
    """Write what is new; returns how many entries that were. Not more often than the settings say, unless `now`."""
    folder, known = settings.KRAMA_WITNESS, last_witnessed()
    size = known.size if known else 0
    head = TreeHead.objects.exclude(note="").order_by("-size").first()
    if head is None or head.size <= size or not (now or not known or _due(folder, head.size - size)):
        return 0
    with _alone(folder) as alone:
        return _write(folder, head, size) if alone else 0


def _due(folder: Path, fresh: int) -> bool:
    age = time.time() - (folder / NEWEST).stat().st_mtime
    return fresh >= settings.KRAMA_WITNESS_ENTRIES or not 0 <= age < settings.KRAMA_WITNESS_SECONDS


def _write(folder: Path, head: TreeHead, size: int) -> int:
    """Only what continues what lies there: leaf hashes that do not lead to the signed root are never written."""
    frontier, placed = _frontier(folder, size), Entry.objects.filter(position__gte=size, position__lt=head.size)
    leaves = [bytes.fromhex(leaf) for leaf in placed.order_by("position").values_list("leaf_hash", flat=True)]
    for leaf in leaves:
        frontier.append(leaf)
    signed = open_checkpoint(head.note, signing_key().public)
    if signed is None or (signed.size, signed.root) != (frontier.size, frontier.root()):
        return 0  # an alarm: see alarms.py
    read = _reader(folder)
    for name, data in tiles_between(size, head.size, read, leaves):
        put(folder / name, data)
    put(folder / PUBLIC_KEY, f"{signing_key().public}\n".encode())
    put(folder / DAILY / timezone.now().date().isoformat(), head.note.encode())
    put(folder / NEWEST, head.note.encode())
    _grown[str(folder)] = frontier
    return len(leaves)


def _frontier(folder: Path, size: int) -> Frontier:
    grown = _grown.pop(str(folder), None)
    if grown and grown.size == size:
        return grown
    frontier = Frontier()
    for leaf in leaves_of(files_in(folder))[:size]:
        frontier.append(leaf)
    return frontier


def files_in(folder: Path) -> dict[str, bytes]:
    """Checkpoints and leaf hashes, by their path in the log."""
    paths = [folder / NEWEST, *folder.glob(f"{DAILY}/*"), *folder.glob("tile/0/**/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def _reader(folder: Path) -> Read:
    def read(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return read


def put(path: Path, data: bytes) -> None:
    """Whole and written through: file, name and folder."""
    if path.is_file() and path.read_bytes() == data:
        return
    _own_folder(path.parent)
    replace_file(path, data)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """One writer: whoever comes second leaves it to the first. A dead writer's lock is gone with it."""
    _own_folder(folder)
    with (folder / ".lock").open("a") as lock:
        (folder / ".lock").chmod(0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _own_folder(folder: Path) -> None:
    """Made with its parents, each its owner's alone: `mkdir(parents=True)` gives the mode to the last of them only."""
    if not folder.is_dir():
        _own_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)

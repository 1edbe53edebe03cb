# SPDX-License-Identifier: Apache-2.0
"""The spool: a finding is on the disk before it is answered, sealed, and stays there until the server has it.

One file a process (a segment), lines only added. A line is its id and what was found, sealed under the gate's own key,
which lies elsewhere: the seal also shows what a crash left half written. Whoever writes a segment holds its lock, so
a reader knows whether more may come. After any failed write a new segment is begun: nothing is written behind a half
line, so none can swallow the next.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krama.durable import replace_file, sync_folder
from krama.errors import BadSeal, KramaError
from krama.sealing import seal, unseal

SEGMENT = 8 << 20  # bytes, then the next is begun
ENDING = ".spool"
READ = ".read"  # beside a segment: how far it was delivered
PLACE = "gate-spool"


class NotKept(KramaError):
    """The finding could not be written down, so it was not answered; hold the content back and ask again."""

    code = "not_kept"
    public = True
    permanent = False


class Spool:
    """Where findings are written. Threads may share one: those that come together share one `fsync`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._key = folder, key
        self._waiting: list[tuple[bytes, threading.Event, list[bool]]] = []
        self._queue, self._writing = threading.Lock(), threading.Lock()
        self._handle, self._size = -1, 0

    def keep(self, found: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Each with its id. Returns when all are on the disk; raises `NotKept` when they are not."""
        line = b"".join(line_of(self._key, id, what) for id, what in found)
        if not line:
            return
        done, kept = threading.Event(), [False]
        with self._queue:
            self._waiting.append((line, done, kept))
        with self._writing:
            if not done.is_set():  # else whoever wrote before took it along
                self._write_all()
        if not kept[0]:
            raise NotKept

    def close(self) -> None:
        """No more will come: a reader may take the last segment away."""
        with self._writing:
            self._end_segment()

    def _write_all(self) -> None:
        with self._queue:
            batch, self._waiting = self._waiting, []
        kept = self._write(b"".join(line for line, _done, _kept in batch))
        for _line, done, answer in batch:
            answer[0] = kept
            done.set()

    def _write(self, lines: bytes) -> bool:
        try:
            if self._handle < 0 or self._size >= SEGMENT:
                self._begin_segment()
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.fsync(self._handle)
        except OSError:
            self._end_segment()
            return False
        self._size += len(lines)
        return True

    def _begin_segment(self) -> None:
        self._end_segment()
        path = self._folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}{ENDING}"
        # Locked before it has its name: a reader who sees it knows that it is being written.
        part = path.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        part.rename(path)
        sync_folder(self._folder)
        self._handle, self._size = handle, 0

    def _end_segment(self) -> None:
        if self._handle >= 0:
            with suppress(OSError):
                os.close(self._handle)
        self._handle = -1


@dataclass(frozen=True)
class Line:
    """One finding of a segment. `end`: where its line ends; `what` is None where the line is damaged."""

    end: int
    id: str
    what: dict[str, Any] | None


class Segment:
    """A segment being read, from where its delivery stands."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self._key = path, key
        self._mark = path.with_suffix(READ)

    @property
    def delivered(self) -> int:
        """How many bytes of it were delivered."""
        with suppress(OSError, ValueError):
            return int(self._mark.read_text())
        return 0

    def lines(self, most: int) -> list[Line]:
        """The next whole lines, `most` of them; what has no end yet is not one."""
        found: list[Line] = []
        at = self.delivered
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(at)
            while len(found) < most and (raw := file.readline()).endswith(b"\n"):
                at += len(raw)
                found.append(Line(at, *read_line(self._key, raw)))
        return found

    def note(self, end: int) -> None:
        """Everything up to there was delivered, and stays so through a crash."""
        replace_file(self._mark, str(end).encode())

    def is_finished(self) -> bool:
        """Whether nobody writes it any more and every whole line was delivered; a half one was never answered."""
        with suppress(OSError), self.path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return not self.lines(1)
        return False

    def remove(self) -> None:
        """Take it away: its lines are with the server."""
        self.path.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)
        sync_folder(self.path.parent)


def segments(folder: Path, key: bytes) -> Iterator[Segment]:
    """Oldest first."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        yield Segment(path, key)


def line_of(key: bytes, id: str, what: dict[str, Any]) -> bytes:
    """A line of a segment."""
    plain = json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{id} {base64.b64encode(seal(key, plain, PLACE, id)).decode()}\n".encode()


def read_line(key: bytes, raw: bytes) -> tuple[str, dict[str, Any] | None]:
    """The id and what was found; None where it is not what was written."""
    name, _, sealed = raw.strip().partition(b" ")
    id = name.decode("ascii", "replace")
    try:
        what = json.loads(unseal(key, base64.b64decode(sealed, validate=True), PLACE, id))
    except (BadSeal, binascii.Error, ValueError):
        return id, None
    return id, what if isinstance(what, dict) else None


def waiting(folder: Path, key: bytes, most: int = 100_000) -> int:
    """How many findings are not delivered yet."""
    return sum(len(segment.lines(most)) for segment in segments(folder, key))

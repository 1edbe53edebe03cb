# SPDX-License-Identifier: Apache-2.0
"""A real `krama serve` that is ill-treated, and what its processes hold: memory, open files, ids."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile import wire
from tests.server.houses import House, free_port, running, wait_until

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    """A running `krama serve`: its port, the demo app's key (scope: scan), its first process."""

    house: House
    port: int
    key: str
    pid: int
    temporary: Path

    def scan(self, data: bytes) -> wire.Answer:
        return wire.scan(self.port, self.key, data)

    def pids(self) -> list[int]:
        """All processes of it, the supervisor first."""
        return descendants(self.pid)

    def web(self) -> int:
        """The process that answers: the server's own child, and the one that holds most."""
        return max(self.pids(), key=lambda pid: memory(pid, "VmRSS"))


@contextmanager
def served(pattern: House, folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    """A copy of the demo home, served; its temporary folder is its own."""
    house, temporary = _copied(pattern, folder)
    port = free_port()
    arguments = ("serve", "--port", str(port), *(options or ("--no-worker",)))
    with running(house, *arguments, TMPDIR=str(temporary), **environment) as command:
        command.wait_for("Open http")
        yield Served(house, port, _key(folder), command.process.pid, temporary)


@contextmanager
def planted(pattern: House, folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """The same home behind granian alone, started with a fault: other settings, or another interface."""
    house, temporary = _copied(pattern, folder)
    port = free_port()
    own = house.environment | {"TMPDIR": str(temporary)} | environment
    command = [sys.executable, "-m", "granian", "--port", str(port), "--no-ws", "--log-level", "error", *arguments]
    process = subprocess.Popen(command, env=own, cwd=ROOT)
    try:
        wait_until(lambda: answers(port), "granian answers", 30)
        yield Served(house, port, _key(folder), process.pid, temporary)
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _copied(pattern: House, folder: Path) -> tuple[House, Path]:
    for name in ("home", "keys"):
        shutil.copytree(pattern.folder / name, folder / name)
    temporary = folder / "temporary"
    temporary.mkdir()
    return House(folder), temporary


def _key(folder: Path) -> str:
    return str(json.loads(next((folder / "keys").rglob("demo-app.json")).read_text())["key"])


def descendants(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            found += [one for child in (task / "children").read_text().split() for one in descendants(int(child))]
    return found


def memory(pid: int, line: str) -> int:
    """A line of /proc/PID/status, in bytes: VmRSS is held now, VmHWM was the most."""
    with suppress(OSError):
        for one in Path(f"/proc/{pid}/status").read_text().splitlines():
            if one.startswith(f"{line}:"):
                return int(one.split()[1]) * 1024
    return 0


def forget_peak(pid: int) -> None:
    """VmHWM begins anew (proc_pid_clear_refs(5))."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@dataclass
class Watch:
    """What files these processes hold open for writing, looked at without a pause, deleted ones too."""

    pids: list[int]
    expected: tuple[str, ...]
    seen: set[str] = field(default_factory=set)
    rounds: int = 0

    def __enter__(self) -> Watch:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join(5)

    def _look(self) -> None:
        while not self._stop.is_set():
            for pid in self.pids:
                self.seen |= {path for path in written(pid) if not path.startswith(self.expected)}
            self.rounds += 1
            time.sleep(0.001)


def written(pid: int) -> set[str]:
    """Files on a file system that this process may write to."""
    found = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError, ValueError):
            path = str(link.readlink())
            flags = int(Path(f"/proc/{pid}/fdinfo/{link.name}").read_text().split("flags:")[1].split()[0], 8)
            if path.startswith("/") and not path.startswith("/dev/") and flags & (os.O_WRONLY | os.O_RDWR):
                found.add(path)
    return found


def holding(folder: Path, marks: tuple[bytes, ...]) -> list[Path]:
    """Files under `folder` with one of these in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(mark in path.read_bytes() for mark in marks)]

# SPDX-License-Identifier: Apache-2.0
"""Whose child is who, from /proc: the torture kills nothing but what it started, and what that started."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The direct children that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(path.parent.name))
    return sorted(found)


def command_of(pid: int) -> str:
    """Its command line; "" when it has ended."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def holder_of(own: tuple[str, int], server: int, pids: list[int]) -> int | None:
    """Which of these processes holds the other end of a connection from `own` to the port `server` (IPv4)."""
    host = "".join(f"{int(part):02X}" for part in reversed(own[0].split(".")))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{server:04X}") and fields[2] == f"{host}:{own[1]:04X}":
            held = f"socket:[{fields[9]}]"
            return next((pid for pid in pids if held in _open_of(pid)), None)
    return None


def _open_of(pid: int) -> set[str]:
    found = set()
    for path in (Path("/proc") / str(pid) / "fd").glob("*"):
        with suppress(OSError):
            found.add(str(path.readlink()))
    return found

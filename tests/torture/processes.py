# SPDX-License-Identifier: Apache-2.0
"""Whose child is who, from /proc: the torture kills nothing but what it started, and what that started."""

from __future__ import annotations

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

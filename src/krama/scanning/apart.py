# SPDX-License-Identifier: Apache-2.0
"""AVIF and HEIC are opened in a process of its own, under a limit that the system keeps.

Their decoders follow the size inside the stream, not the size that the file claims: a picture of 100 x 100 may cost
gigabytes, and nothing in Python sees it coming. What breaks there costs one answer: `review`, `undecodable`.
That process must never import a compiler: numba does not load under its limit of memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from krama.scanning.container import form_of
from krama.scanning.opening import Limits, Picture
from krama.scanning.pdq import Pdq

BASE = 384 << 20  # bytes of address space: Python, NumPy and Pillow (124 MB measured), and the decoder's threads
SECONDS = 60
APART = ("AVIF", "HEIC")
FAILED = "The file needs more memory or time to decode than one scan may take; a person should look at it."


@dataclass(frozen=True)
class Seen:
    """What was read of a picture; the fields are those of `Picture`. `exact`: every hash is the exact one."""

    hashes: list[Pdq]
    media_type: str | None
    size: tuple[int, int] | None
    reason: Literal["truncated", "undecodable"] | None
    detail: str | None
    exact: bool = True


def read_picture(data: bytes, limits: Limits, *, exact: bool = False, dihedral: bool = False) -> Seen:
    """Open it where its format is opened: most in this process, some apart."""
    where = read_apart if form_of(data) in APART else read_here
    return where(data, limits, exact=exact, dihedral=dihedral)


def read_here(data: bytes, limits: Limits, *, exact: bool = False, dihedral: bool = False) -> Seen:
    """Open it in this process."""
    picture = Picture(data, limits, exact=exact, dihedral=dihedral)
    hashes = list(picture.hashes())
    return Seen(hashes, picture.media_type, picture.size, picture.reason, picture.detail, picture.exact)


def read_apart(data: bytes, limits: Limits, *, exact: bool = False, dihedral: bool = False) -> Seen:
    """Open it in a process of its own; what that process cannot do is `undecodable`."""
    asked = [[limits.pixels, limits.frames, limits.work], exact, dihedral]
    command = [sys.executable, "-m", "krama.scanning.apart", json.dumps(asked)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with suppress(subprocess.TimeoutExpired, OSError, ValueError, KeyError, TypeError):
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env=environment, check=False)
        if done.returncode == 0:
            said = json.loads(done.stdout)
            size = tuple(said["size"]) if said["size"] else None
            hashes = [Pdq(*one) for one in said["hashes"]]
            return Seen(hashes, said["media_type"], size, said["reason"], said["detail"], said["exact"])
    return Seen([], f"image/{(form_of(data) or 'avif').lower()}", None, "undecodable", FAILED)


def main() -> None:
    """The process: the file on standard input, what was seen as JSON on standard output."""
    asked, exact, dihedral = json.loads(sys.argv[1])
    limits = Limits(*asked)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (BASE + limits.memory, BASE + limits.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seen = read_here(sys.stdin.buffer.read(), limits, exact=exact, dihedral=dihedral)
    sys.stdout.write(json.dumps(vars(seen)))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""No upload touches a disk: not by a name, not by a file already deleted, not in the database."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.hostile import files
from tests.hostile.house import Served, Watch, holding, planted, served
from tests.hostile.wire import PIECE, Sender, form, part
from tests.server.houses import House

pytestmark = pytest.mark.loopback
SIZES = (1_000_000, 3_000_000, 20_000_000, 50_000_000)
BACKGROUND = ("--interface", "rsgi", "--http", "1")


def marked(size: int) -> tuple[bytes, bytes]:
    """A picture with random bytes behind it, and 32 of them from its middle."""
    tail = random.Random(size).randbytes(size)
    return files.picture("JPEG") + tail, tail[size // 2 : size // 2 + 32]


def traces(server: Served) -> list[str]:
    """Every file that an upload of each size left, or had open for a moment."""
    home = server.house.folder
    found: list[str] = []
    with Watch(server.pids(), (str(home / "home" / "krama.sqlite3"), str(home / "said-"))) as watch:
        for size in SIZES:
            data, mark = marked(size)
            for body in (data, data[: size // 2]):  # whole, and cut
                _slowly(server, form(part(body)))
            found += map(str, holding(home, (mark, data[:64])))
            found += map(str, holding(Path(server.temporary), (b"",)))
    assert watch.rounds > 50, "the watch did not look often enough to see anything"
    return found + sorted(watch.seen)


def _slowly(server: Served, body: bytes) -> None:
    sender = Sender(server.port, server.key)
    sender.head(len(body))
    sender.send(body[start : start + PIECE] for start in range(0, len(body), PIECE))
    assert sender.answer().status == 200


def test_no_upload_touches_a_disk(demo_pattern: House, tmp_path: Path) -> None:
    with served(demo_pattern, tmp_path) as server:
        assert traces(server) == []
        for pid in server.pids():
            core = next(line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if "core" in line)
            assert core.split()[4] == "0", "a crash would write its memory to a disk"


@pytest.mark.every
def test_seen_red_with_djangos_own_handlers(demo_pattern: House, tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.hostile.spilling"}
    with planted(demo_pattern, tmp_path, *BACKGROUND, "krama.server.site.rsgi:application", **settings) as server:
        found = traces(server)
    assert [path for path in found if ".upload" in path and str(tmp_path / "temporary") in path], found

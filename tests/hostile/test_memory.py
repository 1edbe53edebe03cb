# SPDX-License-Identifier: Apache-2.0
"""N uploads are held at once, not one more: memory stays within N x (body + decoded) when N + 4 come together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile import files
from tests.hostile.house import Served, forget_peak, memory, served
from tests.server.houses import House

pytestmark = pytest.mark.loopback
AT_ONCE = 4
BODY = 50_000_000
WIDTH, HEIGHT = 4000, 3000
DECODED = WIDTH * HEIGHT * 8  # bytes: the decoded picture, and its brightness; see docs/reference/limits.md
WORK = 30_000_000  # bytes an upload: pieces on their way, and passing results of the hashing


@dataclass(frozen=True)
class Rush:
    """What became of N + 4 uploads that began together: `most` bytes were held, `idle` before."""

    statuses: list[int]
    idle: int
    most: int

    @property
    def within(self) -> bool:
        return self.most <= self.idle + AT_ONCE * (BODY + DECODED + WORK)


def rush(server: Served) -> Rush:
    data = files.heavy(BODY, (WIDTH, HEIGHT))
    assert server.scan(files.picture("JPEG")).status == 200
    web = server.web()
    forget_peak(web)
    idle = memory(web, "VmRSS")
    with ThreadPoolExecutor(AT_ONCE + 4) as clients:
        answers = list(clients.map(lambda _: server.scan(data), range(AT_ONCE + 4)))
    refused = [answer for answer in answers if answer.status == 503]
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert all(answer.sent < BODY for answer in refused), "what was refused was read all the same"
    assert server.scan(files.picture("JPEG")).status == 200, "a good upload right after"
    assert server.web() == web, "the process did not stay up"
    return Rush(sorted(answer.status for answer in answers), idle, memory(web, "VmHWM"))


def test_memory_stays_within_the_bound(demo_pattern: House, tmp_path: Path) -> None:
    with served(demo_pattern, tmp_path) as server:
        seen = rush(server)
    assert seen.statuses == [200] * AT_ONCE + [503] * 4
    assert seen.within, seen


@pytest.mark.every
def test_seen_red_when_all_of_them_are_let_in(demo_pattern: House, tmp_path: Path) -> None:
    with served(demo_pattern, tmp_path, KRAMA_UPLOADS_AT_ONCE=str(AT_ONCE + 4)) as server:
        seen = rush(server)
    assert seen.statuses == [200] * (AT_ONCE + 4)
    assert not seen.within, seen

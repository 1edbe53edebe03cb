# SPDX-License-Identifier: Apache-2.0
"""Operating-system processes that act on a home, made by fork from one that has loaded Krama already.

Run as `python -m tests.server.nursery` on a home; each line on its input starts the acts it names, which begin
together at a barrier. What they say comes back as lines of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import Any

from tests.server.houses import House

ROOT = Path(__file__).resolve().parents[2]
Asked = tuple[str, dict[str, Any]]


class Nursery:
    """The test's end of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.nursery"],
            cwd=ROOT,
            env=house.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._rest, self._pids = b"", set[int]()
        self.results: dict[int, Any] = {}
        self.begun: set[int] = set()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_exc: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                assert pipe
                pipe.close()
        self.process.wait()

    def start(self, *acts: Asked) -> list[int]:
        """Begin these acts together; their process ids, in the order asked."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(acts).encode() + b"\n")
        self.process.stdin.flush()
        while (pids := self._line().get("pids")) is None:
            pass
        return list(pids)

    def run(self, *acts: Asked) -> list[Any]:
        """Begin these acts together and wait for what each gives."""
        pids = self.start(*acts)
        while not set(pids) <= self.results.keys():
            self._line()
        return [self.results[pid] for pid in pids]

    def wait_begun(self, pid: int) -> None:
        while pid not in self.begun:
            self._line()

    def wait_holding(self, pid: int) -> str:
        """What this process says it has in its hands."""
        while (said := self._line()).get("pid") != pid or "holding" not in said:
            pass
        return str(said["holding"])

    def _line(self, seconds: float = 180) -> dict[str, Any]:
        assert self.process.stdout
        ends = time.monotonic() + seconds
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(ends - time.monotonic(), 0))
            assert ready, "the nursery is silent"
            got = os.read(self.process.stdout.fileno(), 65_536)
            assert got, "the nursery ended"
            self._rest += got
        line, self._rest = self._rest.split(b"\n", 1)
        said: dict[str, Any] = json.loads(line)
        assert "fault" not in said, said
        if "result" in said:
            self.results[said["pid"]] = said["result"]
        if "begun" in said:
            self.begun.add(said["pid"])
        return said


def say(**what: object) -> None:
    os.write(1, json.dumps(what, default=str).encode() + b"\n")


def grow() -> None:
    """The nursery's own life: fork one process for each act asked for."""
    import django

    django.setup()
    from krama.server.site import urls  # once here, and not in each process
    from tests.server import acts

    assert urls.urlpatterns
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are taken away
    for line in sys.stdin:
        asked: Sequence[Asked] = json.loads(line)
        barrier: Any = multiprocessing.get_context("fork").Barrier(len(asked))
        say(pids=[_fork(acts.ACTS[name], given, barrier) for name, given in asked])


def _fork(act: Any, given: dict[str, Any], barrier: Barrier) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        say(pid=os.getpid(), begun=True)
        say(pid=os.getpid(), result=act(barrier, **given))
    except BaseException as fault:  # said to the test, which fails
        say(pid=os.getpid(), fault=repr(fault))
    finally:
        os._exit(0)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "krama.server.site.settings"
    grow()

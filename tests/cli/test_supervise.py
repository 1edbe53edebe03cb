# SPDX-License-Identifier: Apache-2.0
"""The supervisor itself, with children that do as the test says."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from krama.cli import supervise
from krama.cli.supervise import Part, keep_alive
from tests.server.houses import wait_until

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


def run(parts: list[Part]) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=keep_alive, args=(parts, stop))
    thread.start()
    return thread, stop


def note(path: Path, then: str = "") -> list[str]:
    """A child that leaves a line, then does something."""
    return [sys.executable, "-c", f"open({str(path)!r}, 'a').write('x'); {then}"]


def test_what_ends_is_started_again_and_each_time_a_little_later(tmp_path: Path) -> None:
    part = Part("child", note(tmp_path / "starts"))
    thread, stop = run([part])
    wait_until(lambda: (tmp_path / "starts").exists() and len((tmp_path / "starts").read_text()) >= 2, "two starts")
    stop.set()
    thread.join(12)
    assert part.pause > 0.5


def test_one_that_keeps_failing_does_not_stop_the_others(tmp_path: Path) -> None:
    well = Part("well", note(tmp_path / "well", "import time; time.sleep(60)"))
    thread, stop = run([Part("ill", [sys.executable, "-c", "raise SystemExit(3)"]), well])
    wait_until(lambda: (tmp_path / "well").exists(), "the other")
    time.sleep(0.5)
    assert well.process
    assert well.process.poll() is None
    stop.set()
    thread.join(12)
    assert well.process.poll() == -signal.SIGTERM


def test_one_that_does_not_listen_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "GRACE", 0.3)
    deaf = Part("deaf", [sys.executable, "-c", DEAF])
    thread, stop = run([deaf])
    wait_until(lambda: deaf.process is not None, "its start")
    time.sleep(0.3)
    stop.set()
    thread.join(12)
    assert deaf.process
    assert deaf.process.wait(5) in (-signal.SIGKILL, -signal.SIGTERM)


def test_the_grandchildren_end_too(tmp_path: Path) -> None:
    """A web server's own workers must not keep its port."""
    grandchild = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]); import time; time.sleep(60)"
    )
    part = Part("child", [sys.executable, "-c", grandchild])
    thread, stop = run([part])
    wait_until(lambda: part.process is not None, "its start")
    assert part.process
    group = str(part.process.pid)
    wait_until(lambda: len(members(group)) == 2, "the grandchild")
    stop.set()
    thread.join(12)
    wait_until(lambda: not members(group), "nobody of the group is left", 5)


def members(group: str) -> list[str]:
    done = subprocess.run(["ps", "-o", "pid=,stat=", "--sid", group], capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if " Z" not in line]


def test_what_lived_long_is_started_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "SETTLED", 0.0)
    part = Part("child", [sys.executable, "-c", "import time; time.sleep(0.1)"], pause=16.0)
    thread, stop = run([part])
    wait_until(lambda: part.pause == 0.5, "the pause is short again")
    stop.set()
    thread.join(12)

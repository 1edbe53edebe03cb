# SPDX-License-Identifier: Apache-2.0
"""A demo home in a folder of its own, and a real `krama serve` with the demo app over it. Loopback only."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from krama.connectors import KramaClient
from krama.testing import pictures

APP = Path(__file__).parents[2] / "examples" / "social_app"
APP_OFFSET = 100


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    status: int
    said: str


class Ground:
    """Home and keys under `folder`; `url` and `app_url` once it is started. `settings` are KRAMA_ ones of its own."""

    def __init__(self, folder: Path, home: str = "home", **settings: str) -> None:
        self.folder, self.home, self.keys = folder, folder / home, folder / "keys"
        self.port = _free_pair()
        self.url, self.app_url = (f"http://localhost:{port}" for port in (self.port, self.port + APP_OFFSET))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KRAMA_", "DJANGO_", "PYTEST"))}
        self._environment = {**kept, "KRAMA_HOME": str(self.home), "KRAMA_KEYS": str(self.keys), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def krama(self, *arguments: str, **settings: str) -> Ran:
        """One real command on this home."""
        command = [sys.executable, "-m", "krama", *arguments]
        own = self._environment | settings
        done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=180, check=False)
        return Ran(done.returncode, done.stdout + done.stderr)

    def start(self, *options: str, pages: tuple[str, ...] = ()) -> None:
        """Start serving; return when `pages` (or the start page and the demo app) answer."""
        self._log = self.folder / f"{self.home.name}.log"
        with self._log.open("wb") as log:
            command = [sys.executable, "-m", "krama", "serve", "--port", str(self.port), *options]
            own = self._environment | {
                "APP_RETRY_SECONDS": "0.5",
                "KRAMA_LOOP_SECONDS": "8",
                "KRAMA_PROOF_SECONDS": "4",  # a round of them costs a second of a core
            }
            self._process = subprocess.Popen(command, env=own, stdout=log, stderr=subprocess.STDOUT)
        for page in pages or (f"{self.url}/start", f"{self.app_url}/"):
            wait_until(partial(self._answers, page), f"{page} does not answer; {self._log} says why", 240)

    def _answers(self, page: str) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        try:
            with urllib.request.urlopen(page, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(30)

    def scan(self, content_id: str, account_id: str, data: bytes) -> dict[str, Any]:
        """As the demo app does, with its key."""
        key = json.loads(next(self.keys.rglob("demo-app.json")).read_text())["key"]
        return KramaClient(self.url, key).scan(data, context={"content_id": content_id, "account_id": account_id})

    def copy(self, name: str) -> Ground:
        """The home as it is now under another name, with the same keys; nothing runs over it."""
        other = Ground(self.folder, name)
        shutil.copytree(self.home, other.home, ignore=shutil.ignore_patterns("*.sqlite3*", "demo-app"))
        with closing(self.database()) as source, closing(other.database()) as target:
            source.backup(target)
        return other

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / "krama.sqlite3", timeout=20)


def changed_copy(seed: int) -> bytes:
    """What the demo app's second button posts."""
    return pictures.jpeg(pictures.changed_copy(pictures.landscape(seed, size=(1024, 768))), quality=60)


def wait_until(done: Callable[[], bool], what: str, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def _free_pair() -> int:
    """A port that is free, as is the one that the demo app gets."""
    for _ in range(200):
        port = random.randrange(20_000, 32_000)
        if _free(port) and _free(port + APP_OFFSET):
            return port
    raise AssertionError("no two free ports")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

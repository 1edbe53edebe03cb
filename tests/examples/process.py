# SPDX-License-Identifier: Apache-2.0
"""The demo app as a real process, and a browser without a screen, pictures or scripts."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.examples.fake_krama import KEY, FakeKrama

APP = Path(__file__).parents[2] / "examples" / "social_app" / "app.py"
SECRET = "whsec_" + "YSBzZWNyZXQgb2YgdGhlc2UgdGVzdHMgb25seQ=="


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow redirects as a browser does; errors come back as pages, not as exceptions."""

    def http_error_default(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


class Visitor:
    """One person's browser: keeps cookies, speaks one language. `picture` is the one whose page was last open."""

    def __init__(self, app: App, language: str = "en") -> None:
        self.app, self.language = app, language
        self.url = self.picture = ""
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar, _Stay())

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self.app.url + path))

    def post(self, path: str, body: bytes, kind: str, **headers: str) -> tuple[int, str]:
        wanted = {"Content-Type": kind, **headers}
        return self._open(urllib.request.Request(self.app.url + path, body, wanted, method="POST"))

    def upload(self, data: bytes, **headers: str) -> tuple[int, str]:
        head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="p.jpg"\r\n\r\n'
        return self.post("/pictures", head + data + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", **headers)

    def sample(self, which: str) -> tuple[int, str]:
        return self.post("/pictures", f"sample={which}".encode(), "application/x-www-form-urlencoded")

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        request.add_header("Accept-Language", self.language)
        try:
            with self._opener.open(request, timeout=20) as answer:
                self.url = answer.geturl()
                if found := re.search(r"/pictures/([0-9a-f-]{36})$", self.url):
                    self.picture = found[1]
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")


class App:
    """The process. `kill` is kill -9."""

    def __init__(self, folder: Path, krama: FakeKrama) -> None:
        self.folder, self.krama = folder, krama
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        own = {"KRAMA_URL": self.krama.url, "KRAMA_KEY": KEY, "KRAMA_WEBHOOK_SECRET": SECRET}
        rest = {"APP_DATA": str(self.folder), "PORT": str(self.port), "APP_RETRY_SECONDS": "0.2"}
        self.process = subprocess.Popen([sys.executable, str(APP)], env=os.environ | own | rest)
        wait_until(self._answers, "the app does not answer")

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the app ended"
        try:
            return Visitor(self).get("/style.css")[0] == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


def wait_until(done: Callable[[], bool], what: str, seconds: float = 15) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, what
        time.sleep(0.05)

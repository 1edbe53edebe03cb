# SPDX-License-Identifier: Apache-2.0
"""A firm's product on an origin of its own, and a browser that refuses cookies, storage and pop-ups. Loopback only."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, Request

PHONE = {"width": 360, "height": 640}
REFUSE = {
    "profile": {
        "block_third_party_cookies": True,
        "cookie_controls_mode": 1,
        "default_content_setting_values": {"cookies": 2, "popups": 2},
    }
}
# In every frame: what a policy stopped is said aloud, and every pop-up is refused, also after a click.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`POLICY ${event.effectiveDirective} stopped ${event.blockedURI}`));
window.open = () => { console.error("POPUP asked for"); return null };"""
POLICY = (
    "default-src 'none'; script-src {krama}; frame-src {krama}; style-src 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html><html lang="km"><head><meta charset="utf-8"><title>Firm</title><link rel="icon" href="data:,">
<script src="{krama}/static/krama/report-button.js" defer></script></head>
<body><h1>Firm</h1>{body}</body></html>"""


class Firm:
    """One page under one policy; `body` and `policy` may hold {krama}."""

    def __init__(self, krama: str, body: str, policy: str = POLICY) -> None:
        page = PAGE.replace("{body}", body).replace("{krama}", krama).encode()
        header = policy.replace("{krama}", krama)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", header + "; img-src data:")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def phone(
    playwright: Playwright, chromium: str, folder: Path, arguments: list[str], *, scripts: bool = True
) -> BrowserContext:
    """A small phone that asks for English and keeps nothing."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(REFUSE))
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=chromium,
        args=arguments,
        ignore_default_args=["--disable-popup-blocking"],
        locale="en-US",
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=scripts,
    )
    context.set_default_timeout(20_000)
    context.add_init_script(LISTEN)
    return context


class Heard:
    """What the console of a page said against us, in every frame of it."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(message.text)


class Scales:
    """Bytes on the wire, heads and bodies: each document with the style and the script that it needs."""

    def __init__(self, page: Page) -> None:
        self._documents: list[Request] = []
        self._needs: dict[str, Request] = {}
        page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if "/report" in request.url and request.resource_type == "document":
            self._documents.append(request)
        elif "/static/krama/" in request.url and "report-button" not in request.url:
            self._needs[request.url] = request

    def weights(self) -> list[int]:
        needs = sum(map(_weight, self._needs.values()))
        assert len(self._needs) == 2, sorted(self._needs)
        return [needs + _weight(document) for document in self._documents]


def _weight(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


Opened = Callable[..., BrowserContext]

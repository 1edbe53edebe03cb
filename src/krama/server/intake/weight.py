# SPDX-License-Identifier: Apache-2.0
"""What page one weighs as this server sends it: the page in its heavier language, its style and its script, and heads.

The page is made as for a visitor; nothing is stored for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, QueryDict

LIMIT_KB = 30
FILES = ("krama/report.css", "krama/exit.js")
HEADS = 1_000  # bytes: what goes before each of the three, as a server and a proxy write it; taken high


def page_bytes() -> dict[str, int]:
    """Bytes to a first look at the report page, by language; not compressed, as the server sends it."""
    beside = sum(map(_file, FILES)) + HEADS * (len(FILES) + 1)
    return {language: beside + _page(language) for language in ("km", "en")}


def _page(language: str) -> int:
    from krama.server.intake.pages.report import report

    request = HttpRequest()
    request.method, request.path = "GET", "/report"
    request.META |= {"REMOTE_ADDR": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.GET = QueryDict(f"lang={language}")
    return len(report(request).content)


@cache
def _file(name: str) -> int:
    return Path(str(finders.find(name))).stat().st_size

# SPDX-License-Identifier: Apache-2.0
"""A child at the report page, without scripts and without cookies: reads the form, sends what it shows and more."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client


class Visit:
    """One visit; `page` is the last answer's text, `status` its status."""

    def __init__(self, path: str = "/report?lang=en", **client: Any) -> None:
        self.client = Client(**client)
        self.take(self.client.get(path))

    def take(self, response: Any) -> None:
        self.response, self.status = response, response.status_code
        self.page = html.unescape(response.content.decode())

    @property
    def token(self) -> str:
        found = re.search(r'name="t" value="([^"]+)"', self.page)
        assert found, self.page
        return found[1]

    def send(self, *, token: str = "", **fields: str) -> Visit:
        """Press a button of the form."""
        self.take(self.client.post("/report", {"t": token or self.token, "lang": "en"} | fields))
        return self

    @property
    def code(self) -> str:
        found = re.search(r'class="code"[^>]*>([0-9 ]+)<', self.page)
        assert found, self.page
        return found[1].replace(" ", "")


def told(*, topic: str = "bullying", words: str = "") -> Visit:
    """A visit up to its receipt."""
    visit = Visit().send(topic=topic)
    return visit.send(answer=words, do="send").send(do="code")

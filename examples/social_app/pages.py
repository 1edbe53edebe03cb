# SPDX-License-Identifier: Apache-2.0
"""Pages from small templates. Every value is escaped but what is `Html` already."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from texts import TEXTS

HERE = Path(__file__).parent
NAME = '<span translate="no">Krama</span>'
SHAPES = {"shown": "ok", "restored": "ok", "held": "due", "review": "due", "withheld": "stop", "removed": "stop"}


class Html(str):
    """Text that is markup already."""


def fill(template: str, language: str, /, **values: object) -> Html:
    """One template with the texts of this language and these values."""
    texts = {name: Html(escape(text).replace("Krama", NAME)) for name, text in TEXTS[language].items()}
    known = {name: value if isinstance(value, Html) else Html(escape(str(value))) for name, value in values.items()}
    return Html(Template((HERE / "templates" / f"{template}.html").read_text("utf-8")).substitute(texts | known))


def report_link(krama: str, language: str, content: str, account: str) -> str:
    """Krama's report page for one thing: what the button opens, and what there is without scripts."""
    return f"{krama}/report?" + urlencode({"from": "app", "content": content, "account": account, "lang": language})


def join(parts: list[Html]) -> Html:
    return Html("\n".join(parts))


def chip(language: str, state: str) -> Html:
    return Html(f'<span class="chip {SHAPES[state]}">{escape(TEXTS[language][state])}</span>')


def switch(language: str) -> Html:
    """The button to the other language, named in that language."""
    if language == "km":
        return Html('<button name="language" value="en" lang="en" translate="no">English</button>')
    return Html('<button name="language" value="km" lang="km">ភាសាខ្មែរ</button>')


def language_of(asked: str | None, chosen: str | None, accepted: str) -> str:
    """What the link asks for, what the visitor chose before, else the first language of the browser that we speak."""
    wishes = [asked or "", chosen or "", *(part.strip()[:2].lower() for part in accepted.split(","))]
    return next((wish for wish in wishes if wish in TEXTS), "en")

# SPDX-License-Identifier: Apache-2.0
"""HTML as plain text, in one pass over it: nothing is fetched, nothing is run, and no markup makes it slow."""

from __future__ import annotations

import html
import re

LONGEST = 300_000  # characters of markup that are looked at
UNSEEN = ("script", "style", "head", "title", "template", "svg", "math", "noscript", "object", "iframe")
LINES = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "hr", "ul", "ol"}
NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,20})")
BLANK, EMPTY = re.compile(r"[ \t\r\f\v\u00a0]+"), re.compile(r"\s*\n\s*")


def text_of(markup: str) -> str:
    """What a reader would see, a line for each block."""
    found: list[str] = []
    lower, at = markup[:LONGEST].lower(), 0
    markup = markup[: len(lower)]
    while at < len(markup):
        opens = markup.find("<", at)
        if opens < 0:
            found.append(markup[at:])
            break
        found.append(markup[at:opens])
        at = _after(markup, lower, opens, found)
    words = BLANK.sub(" ", html.unescape("".join(found)))
    return EMPTY.sub("\n", words).strip()


def _after(markup: str, lower: str, opens: int, found: list[str]) -> int:
    """Where the text goes on after this sign; what never ends is left out whole, so nothing is searched twice."""
    if markup.startswith("<!--", opens):
        return _past(markup, "-->", opens)
    name = NAME.match(markup, opens + 1)
    if name is None and markup[opens + 1 : opens + 2] not in ("!", "?"):
        found.append("<")
        return opens + 1
    word = name[1].lower() if name else ""
    if word in UNSEEN and markup[opens + 1] != "/":
        closes = lower.find(f"</{word}", opens)
        return len(markup) if closes < 0 else _past(markup, ">", closes)
    if word in LINES:
        found.append("\n")
    return _past(markup, ">", opens)


def _past(markup: str, sign: str, start: int) -> int:
    place = markup.find(sign, start)
    return len(markup) if place < 0 else place + len(sign)

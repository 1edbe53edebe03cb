# SPDX-License-Identifier: Apache-2.0
"""A document as one HTML page that needs nothing else: no script, no address, every text escaped.

Must never put a text into the page unescaped: it can come from a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from krama.paper.clean import clean
from krama.paper.document import Block, Document, Heading, Items, Note, Paragraph, Signatures, Table

Written = Callable[[str], str]
STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def to_html(document: Document) -> str:
    """The whole page, with its style inside."""
    return page(document, STYLE, written)


def page(document: Document, style: str, write: Written) -> str:
    """The page with a given style; `write` makes a text safe for the page."""
    title = escape(clean(document.title))
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{_whole(document, write)}</body>\n</html>\n"
    )


def written(text: str) -> str:
    """A text escaped; its line ends stay."""
    return escape(clean(text)).replace("\n", "<br>")


def _whole(document: Document, write: Written) -> str:
    subtitle = f'<p class="subtitle">{write(document.subtitle)}</p>\n' if document.subtitle else ""
    footer = f"<footer><p>{write(document.footer)}</p></footer>\n" if document.footer else ""
    blocks = "".join(_block(block, write) for block in document.blocks)
    # The footer stands first, since a printed page takes it out of the flow before its first sheet ends.
    return f"{footer}<main>\n<h1>{write(document.title)}</h1>\n{subtitle}{blocks}</main>\n"


def _block(block: Block, write: Written) -> str:
    match block:
        case Heading(text, level):
            rank = min(max(level, 1) + 1, 6)
            return f"<h{rank}>{write(text)}</h{rank}>\n"
        case Paragraph(text):
            return f"<p>{write(text)}</p>\n"
        case Note(text):
            return f'<div class="note" role="note"><p>{write(text)}</p></div>\n'
        case Items():
            return _items(block, write)
        case Table(head, rows):
            heads = _cells(f'<th scope="col">{write(cell)}</th>' for cell in head)
            body = "".join(_cells(f"<td>{write(cell)}</td>" for cell in row) for row in rows)
            return f"<table>\n<thead>{heads}</thead>\n<tbody>{body}</tbody>\n</table>\n"
        case Signatures(under):
            lines = "".join(f"<li>{write(text)}</li>" for text in under)
            return f'<ul class="signatures">{lines}</ul>\n'


def _items(block: Items, write: Written) -> str:
    kind = "ol" if block.ordered else "ul"
    style = ' class="boxes"' if block.boxes else ""
    box = '<span class="box" aria-hidden="true"></span>' if block.boxes else ""
    items = "".join(f"<li>{box}{write(item)}</li>\n" for item in block.items)
    return f"<{kind}{style}>\n{items}</{kind}>\n"


def _cells(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"

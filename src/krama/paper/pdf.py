# SPDX-License-Identifier: Apache-2.0
"""A document as PDF, in Noto Sans Khmer alone.

Must never open an address or a file: the fonts that stand beside this file are all it gets.
Text copied out of a Khmer PDF comes out wrong (WeasyPrint): hand the HTML out beside it.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

from krama.errors import NotAllowed
from krama.paper.document import Document
from krama.paper.html import STYLE, page, written
from krama.paper.khmer import breakable

SCHEME = "krama-font:"
FONTS = {file.name: file for file in (Path(__file__).parent / "fonts").glob("*.woff2")}
PRINT = (Path(__file__).parent / "print.css").read_text(encoding="utf-8")


def to_pdf(document: Document) -> bytes:
    """The PDF, tagged for screen readers; the same document gives the same bytes."""
    html = _weasyprint()
    # WeasyPrint reports each passed-over style on a logger of its own; nothing personal may slip out there.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    source = to_print(document)
    name = hashlib.sha256(source.encode()).digest()[:16]
    made: bytes = html(string=source, url_fetcher=_fetcher()).write_pdf(pdf_identifier=name, pdf_tags=True)
    return made


def _weasyprint() -> Any:
    """Its `HTML`. Loading it tells Pillow to pass over cut pictures, for the whole process: that is put back, since
    the same process scans pictures, and a cut one must be said to be cut."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        from weasyprint import HTML
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return HTML


def to_print(document: Document) -> str:
    """The page that is printed: with marks where a Khmer line may break."""
    return page(document, STYLE + PRINT, lambda text: breakable(written(text)))


def font(url: str) -> bytes:
    """A font that stands beside this file; every other address is refused."""
    file = FONTS.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
    if file is None:
        raise NotAllowed("A printed page opens no address and no file; put the text itself into the document.")
    return file.read_bytes()


def _fetcher() -> object:
    """WeasyPrint's way to ask for what a page names."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fonts(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            return URLFetcherResponse(url, font(url), {"Content-Type": "font/woff2"})

    return Fonts()

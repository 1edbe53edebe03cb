# SPDX-License-Identifier: Apache-2.0
"""A document as DOCX, for a firm that lays its papers out anew; the same document gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from krama.paper.clean import clean
from krama.paper.document import Block, Document, Heading, Items, Note, Paragraph, Signatures, Table

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as Line

FONT = "Noto Sans Khmer"
PARTS = re.compile("([\u1780-\u17ff]+)")
NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 — the first day a zip file knows; a real one would differ each time
SIGN_HERE = "_" * 32


def to_docx(document: Document) -> bytes:
    """The DOCX; Khmer stands in complex script, so that a word processor shapes and breaks it."""
    from docx import Document as new

    word = new()
    _page(word, document)
    _write(word.add_heading(level=0), document.title)
    if document.subtitle:
        _write(word.add_paragraph(style="Subtitle"), document.subtitle)
    for block in document.blocks:
        _block(word, block)
    made = io.BytesIO()
    word.save(made)
    return _timeless(made.getvalue())


def _block(word: Word, block: Block) -> None:
    match block:
        case Heading(text, level):
            _write(word.add_heading(level=min(max(level, 1), 9)), text)
        case Paragraph(text):
            _write(word.add_paragraph(), text)
        case Note(text):
            _write(word.add_paragraph(style="Intense Quote"), text)
        case Items():
            _items(word, block)
        case Table():
            _table(word, block)
        case Signatures(under):
            for text in under:
                _write(word.add_paragraph(), f"\n\n{SIGN_HERE}\n{text}")


def _items(word: Word, block: Items) -> None:
    """Numbers are written out: a list number of Word's would run on from one list into the next."""
    for number, item in enumerate(block.items, start=1):
        mark = ("☐ " if block.boxes else "") + (f"{number}. " if block.ordered else "")
        _write(word.add_paragraph(style=None if mark else "List Bullet"), mark + item)


def _table(word: Word, block: Table) -> None:
    table = word.add_table(rows=0, cols=max(1, len(block.head)), style="Table Grid")
    for row in (block.head, *block.rows):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            _write(cell.paragraphs[0], text, bold=row is block.head)


def _write(line: Line, text: str, bold: bool = False) -> None:
    """Runs of one script each: Word asks a run, not a letter, which font and language it has."""
    for part in PARTS.split(clean(text)):
        if not part:
            continue
        run = line.add_run(part)
        run.bold = bold or None
        if PARTS.match(part):
            _in_khmer(run._element.get_or_add_rPr(), bold)


def _in_khmer(properties: Any, bold: bool = False) -> None:
    from docx.oxml.ns import qn

    if bold:
        _tag(properties, "bCs")
    properties.get_or_add_rFonts().set(qn("w:cs"), FONT)
    _tag(properties, "cs")
    _tag(properties, "lang", {"w:bidi": "km-KH"})


def _tag(properties: Any, name: str, values: dict[str, str] | None = None) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    tag = OxmlElement(f"w:{name}")
    for key, value in (values or {}).items():
        tag.set(qn(key), value)
    properties.append(tag)


def _page(word: Word, document: Document) -> None:
    """A4, one font for both scripts, and a footer with the page's number."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    for style in word.styles:
        if (fonts := style.element.find(f".//{qn('w:rFonts')}")) is not None:
            for attribute in [name for name in fonts.attrib if name.endswith("Theme")]:
                del fonts.attrib[attribute]
            for script in ("w:ascii", "w:hAnsi", "w:cs"):
                fonts.set(qn(script), FONT)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    footer = section.footer.paragraphs[0]
    _write(footer, f"{document.footer}  " if document.footer else "")
    for field in ("PAGE", " / ", "NUMPAGES"):
        _field(footer, field) if field.isalpha() else footer.add_run(field)
    about = word.core_properties
    about.title, about.language = clean(document.title)[:255], document.language
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.created = about.modified = NO_TIME


def _field(line: Line, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    line._p.append(field)


def _timeless(made: bytes) -> bytes:
    """The same parts, with no time of writing in the archive."""
    timeless = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(timeless, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, NO_TIME.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return timeless.getvalue()

# SPDX-License-Identifier: Apache-2.0
"""How is it printed? One document of plain blocks, in one language, to HTML, PDF and DOCX.

PDF and DOCX need the server's packages; they are imported when they are asked for.
"""

from __future__ import annotations

from krama.paper.document import Block, Document, Heading, Items, Note, Paragraph, Signatures, Table
from krama.paper.docx import to_docx
from krama.paper.html import to_html
from krama.paper.pdf import to_pdf
from krama.paper.plain import from_plain, to_plain

__all__ = [
    "Block",
    "Document",
    "Heading",
    "Items",
    "Note",
    "Paragraph",
    "Signatures",
    "Table",
    "from_plain",
    "to_docx",
    "to_html",
    "to_pdf",
    "to_plain",
]

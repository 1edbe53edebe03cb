# SPDX-License-Identifier: Apache-2.0
"""How is it printed? One document of plain blocks, in one language, to HTML, PDF and DOCX.

PDF and DOCX need the server's packages; they are imported when they are asked for.
"""

from __future__ import annotations

from krama.paper.document import Block, Document, Heading, Items, Note, Paragraph, Signatures, Table

__all__ = ["Block", "Document", "Heading", "Items", "Note", "Paragraph", "Signatures", "Table"]

# SPDX-License-Identifier: Apache-2.0
"""One printed document as an answer: HTML to read, PDF and DOCX to keep. Its style is let in by hash."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpResponse

from krama.errors import NotFound
from krama.paper import Document, to_docx, to_html, to_pdf
from krama.paper.html import STYLE

FORMS = ("pdf", "docx", "html")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


def printed(document: Document, form: str, name: str) -> HttpResponse:
    """In the form asked for; `name` is the file's, without its ending."""
    if form == "html":
        return HttpResponse(to_html(document), headers={"Content-Security-Policy": POLICY})
    if form not in FORMS:
        raise NotFound("A paper comes as html, pdf or docx.")
    made, content_type = (to_pdf(document), "application/pdf") if form == "pdf" else (to_docx(document), DOCX)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(made, content_type=content_type, headers=headers)

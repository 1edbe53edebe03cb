# SPDX-License-Identifier: Apache-2.0
"""One document to HTML, PDF and DOCX: escaped, in one font, with no way out. No test reads Khmer out of a PDF."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
import zlib

import pytest
from docx import Document as open_docx
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.errors import BadInput, NotAllowed
from krama.paper import (
    Document,
    Heading,
    Items,
    Note,
    Paragraph,
    Signatures,
    Table,
    from_plain,
    to_docx,
    to_html,
    to_pdf,
    to_plain,
)
from krama.paper.khmer import ZERO_WIDTH_SPACE, breakable
from krama.paper.pdf import font, to_print

SENTENCE = "ក្រុមហ៊ុនការពារកុមារគ្រប់រូប ហើយបុគ្គលិកម្នាក់ៗដឹងថាត្រូវរាយការណ៍ទៅអ្នកណា។"
PLANTED = '<img src=http://example.org/seen.png><script>alert(1)</script> & "'


def policy(*more: str) -> Document:
    return Document(
        "គោលនយោបាយការពារកុមារ",
        "km",
        (
            Note("រង់ចាំការពិនិត្យ។"),
            Heading("ជំពូក"),
            Paragraph(SENTENCE),
            *(Paragraph(text) for text in more),
            Items((SENTENCE, "ពីរ")),
            Items(("មួយ", "ពីរ"), ordered=True, boxes=True),
            Table(("ឈ្មោះ", "ថ្ងៃ"), (("សុខា • é", "2026-11-24"),)),
            Signatures(("ប្រធាន",)),
        ),
        "Demo Co",
        "សេចក្តីព្រាង",
    )


def streams(pdf: bytes) -> str:
    """What a PDF holds, unpacked, as far as it is text."""
    found = [pdf]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found).decode("latin-1")


def sheets(pdf: bytes) -> int:
    """How many pages it has."""
    return len(re.findall(r"/Type /Page\b", streams(pdf)))


def test_a_page_says_its_language_and_runs_nothing_that_was_typed() -> None:
    page = to_html(policy(PLANTED))
    assert '<html lang="km">' in page
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img src=http://example.org/seen.png&gt;" in page


def test_marks_for_breaking_stand_in_what_is_printed_and_nowhere_else() -> None:
    assert ZERO_WIDTH_SPACE in to_print(policy())
    assert ZERO_WIDTH_SPACE not in to_html(policy())
    with zipfile.ZipFile(io.BytesIO(to_docx(policy()))) as docx:
        assert ZERO_WIDTH_SPACE not in docx.read("word/document.xml").decode()


def test_breaking_changes_nothing_but_the_marks() -> None:
    text = f"{SENTENCE} 1280 (APLE) 🙂 {SENTENCE}"
    assert breakable(text).replace(ZERO_WIDTH_SPACE, "") == text
    assert breakable("plain words") == "plain words"


def test_a_pdf_holds_its_own_font_and_no_other() -> None:
    names = set(re.findall(r"/BaseFont /[A-Z]{6}\+([\w-]+)", streams(to_pdf(policy(PLANTED)))))
    assert names
    assert all(name.startswith(("Noto-Sans-Khmer", "Krama-Latin")) for name in names), names


def test_each_sheet_of_a_long_paper_is_counted() -> None:
    assert sheets(to_pdf(policy())) == 1
    assert sheets(to_pdf(policy(*[SENTENCE * 4] * 40))) > 2


def test_a_page_opens_no_address_and_no_file() -> None:
    for address in ("http://example.org/a.png", "file:///etc/hostname", "krama-font:../pdf.py", "data:text/css,a"):
        with pytest.raises(NotAllowed):
            font(address)
    assert font("krama-font:noto-sans-khmer-khmer-400-normal.woff2")[:4] == b"wOF2"


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_pdf(policy()) == to_pdf(policy())
    assert to_docx(policy()) == to_docx(policy())


def test_a_docx_marks_khmer_as_complex_script() -> None:
    made = to_docx(policy("Krama\x00 និង 1280"))
    with zipfile.ZipFile(io.BytesIO(made)) as docx:
        body = docx.read("word/document.xml").decode()
    assert '<w:lang w:bidi="km-KH"/>' in body
    assert "<w:cs/>" in body
    assert SENTENCE in [line.text for line in open_docx(io.BytesIO(made)).paragraphs]


TEXT = st.text(max_size=30)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, TEXT, st.integers(1, 6)),
    st.builds(Paragraph, TEXT),
    st.builds(Items, TEXTS, st.booleans(), st.booleans()),
    st.builds(Table, TEXTS, st.lists(TEXTS, max_size=3).map(tuple)),
    st.builds(Note, TEXT),
    st.builds(Signatures, TEXTS),
)
DOCUMENTS = st.builds(Document, TEXT, st.just("km"), st.lists(BLOCKS, max_size=4).map(tuple), TEXT, TEXT)


@given(DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_a_document_comes_back_from_plain_values_as_it_was(document: Document) -> None:
    assert from_plain(to_plain(document)) == document
    to_html(document)


@given(DOCUMENTS)
@settings(max_examples=5, deadline=None)
def test_any_text_can_be_written_to_a_docx(document: Document) -> None:
    assert to_docx(document)[:2] == b"PK"


def test_what_is_no_document_is_refused() -> None:
    for plain in ({}, {**to_plain(policy()), "blocks": [{"is": "script"}]}, {**to_plain(policy()), "blocks": [{}]}):
        with pytest.raises(BadInput):
            from_plain(plain)


def test_the_room_opens_without_the_packages_for_pdf_and_docx() -> None:
    asked = "import sys, krama.paper; print([m for m in ('weasyprint', 'docx', 'icu4py') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_printing_leaves_the_scanner_its_strictness() -> None:
    """WeasyPrint tells Pillow, for the whole process, to pass over cut pictures; the scanner must see that."""
    program = """
from PIL import ImageFile
from krama.paper.pdf import _weasyprint
_weasyprint()
print(ImageFile.LOAD_TRUNCATED_IMAGES)
import importlib, weasyprint.images
importlib.reload(weasyprint.images)
print(ImageFile.LOAD_TRUNCATED_IMAGES)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True"]  # the second is the planted case: what loading it alone does

# SPDX-License-Identifier: Apache-2.0
"""How is it written? One thing in English and Khmer, the YAML files it stands in, the spelling of the house."""

from __future__ import annotations

from krama.text.alike import addresses, marks
from krama.text.code import texts_of_code
from krama.text.entries import BadEntry, Document, Entry, document_of, parsed, read_document
from krama.text.fold import fold
from krama.text.khmer import khmer_fold, khmer_share, spelling_faults
from krama.text.said import Text, correct, lay_over
from krama.text.wording import Wording, texts_in, wording_faults

__all__ = [
    "BadEntry",
    "Document",
    "Entry",
    "Text",
    "Wording",
    "addresses",
    "correct",
    "document_of",
    "fold",
    "khmer_fold",
    "khmer_share",
    "lay_over",
    "marks",
    "parsed",
    "read_document",
    "spelling_faults",
    "texts_in",
    "texts_of_code",
    "wording_faults",
]

# SPDX-License-Identifier: Apache-2.0
"""How is it written? One thing in English and Khmer, the YAML files it stands in, the spelling of the house."""

from __future__ import annotations

from krama.text.entries import BadEntry, Document, Entry, read_document
from krama.text.khmer import khmer_share, spelling_faults
from krama.text.said import Text

__all__ = ["BadEntry", "Document", "Entry", "Text", "khmer_share", "read_document", "spelling_faults"]
